import type { DraftSection } from "./draft";

type Section = Omit<DraftSection, "key">;

const lines = (...all: readonly string[]) => `${all.join("\n")}\n\n`;

/** Rows of a table of detections: the part of such prompts that grows with what the cameras see. */
function detections(count: number): string[] {
  const kinds = ["person", "vehicle", "parcel", "dog", "bicycle"];
  const places = ["driveway_east", "porch_north", "side_gate", "street_cam", "garden_2"];
  return Array.from({ length: count }, (_, index) => {
    const minute = String(2 + Math.floor(index / 4)).padStart(2, "0");
    const second = String((index * 17) % 60).padStart(2, "0");
    const kind = kinds[index % kinds.length] ?? "";
    const place = places[(index * 3) % places.length] ?? "";
    const score = (0.99 - ((index * 7) % 30) / 100).toFixed(2);
    return `  14:${minute}:${second}  ${place}  ${kind} ${score}, box ${100 + index * 9} ${220 + ((index * 13) % 90)} 64 128, track ${31 + (index % 3)}`;
  });
}

const named = (name: string, text: string): Section => ({
  name,
  text,
  priority: null,
  isRequired: null,
});

/** A prompt of a camera service with the sections of the default list, long enough to pass a window of 4,096 tokens. */
export const examplePrompt: readonly Section[] = [
  {
    ...named(
      "system",
      lines(
        "You assess what cameras around a house have seen in the last 15 minutes.",
        "Say what happened, how sure you are, and whether somebody should look. Never invent what is not in the data.",
      ),
    ),
    isRequired: true,
  },
  named(
    "scene_analysis",
    lines(
      "## Scene Analysis",
      "Friday, 14:02:00 to 14:17:00 CET. Overcast, dry, daylight. Eleven cameras, all reporting.",
      "A person with a parcel came from the street, went to the porch and left by the side gate.",
      "A white van stood in front of the house for 1 m 22 s with its engine on.",
    ),
  ),
  named(
    "detections_with_all_attributes",
    lines("## Detections With All Attributes", ...detections(64)),
  ),
  named(
    "zone_analysis",
    lines(
      "## Zone Analysis",
      "driveway: 4 crossings in, 3 out · porch: 1 stay of 18 s · side gate: 1 crossing out · garden: none",
      "Nobody was in a zone that is closed at this hour.",
    ),
  ),
  named(
    "baseline_comparison",
    lines(
      "## Baseline Comparison",
      "Typical Friday 14:00 to 14:30: 2.1 persons, 0.4 vehicles, 0 parcels. Now: 3 persons, 1 vehicle, 1 parcel.",
      "The stay at the porch is shorter than 94 % of deliveries.",
    ),
  ),
  named(
    "cross_camera_summary",
    lines(
      "## Cross Camera Summary",
      "Window 14:02:00 to 14:17:00 CET, 11 cameras, 214 detections grouped into 37 tracks.",
      "",
      "track 31  person, 0.94  driveway_east → porch_north → side_gate",
      "  14:11:52  driveway_east   walks, carries parcel 40×30 cm",
      "  14:12:20  porch_north     stops 18 s, parcel no longer visible",
      "  14:12:49  side_gate       leaves; no plate, no face match (cosine 0.41)",
      "track 32  vehicle, 0.98  street_cam → driveway_east",
      "  14:11:31  street_cam      white van, “STRAẞE & SÖHNE”, no plate",
      "  14:11:44  driveway_east   parked 1 m 22 s, engine on",
      "track 33  person, 0.87  garden_2",
      "  14:13:05  garden_2        identity “Jürgen K.”, household, enrolled",
      "  14:14:40  garden_2        waters plants, no zone crossed",
      "Links between tracks: 31↔32 (same arrival, p=0.88), 33↔34 (p=0.12)",
    ),
  ),
  named(
    "reid_context",
    lines(
      "## Re-Identification",
      "track 31: nearest known person at cosine 0.41, below 0.62: not known.",
      "track 33: “Jürgen K.” at cosine 0.91, seen 212 times in 90 days.",
    ),
  ),
  named(
    "clothing_analysis_context",
    lines(
      "## Clothing Analysis",
      "track 31: grey jacket, dark trousers, cap, no logo of a delivery service. track 33: green shirt.",
    ),
  ),
  named(
    "vehicle_classification_context",
    lines("## Vehicle Classification", "track 32: panel van, 3.5 t class, sliding door right."),
  ),
  named(
    "weather_context",
    lines("## Weather", "9 °C, wind 3 m/s from the west, no rain since 06:00."),
  ),
  named(
    "image_quality_context",
    lines("## Image Quality", "street_cam: lens dirty, sharpness 0.61. All others above 0.9."),
  ),
  named(
    "pet_classification_context",
    lines(
      "## Pet Classification",
      "One dog at 14:06:11 on street_cam, on a leash, leaves at once.",
    ),
  ),
  named(
    "action_recognition",
    lines("## Action Recognition", "walking 61 %, standing 22 %, bending 9 %, carrying 8 %."),
  ),
  named(
    "pose_analysis",
    lines("## Pose Analysis", "track 31 bends at 14:12:22 for 2 s: puts something down."),
  ),
  named(
    "depth_context",
    lines("## Depth", "Porch 3.2 m to 4.8 m, driveway 6 m to 14 m, street 16 m to 31 m."),
  ),
  named(
    "output_instructions",
    lines(
      "## Output",
      'Answer with one JSON object: {"risk": 0-100, "summary": "…", "evidence": ["…"], "look_now": true|false}. No other text.',
    ),
  ),
];
