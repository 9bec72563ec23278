const plainName = /^[^\p{Cc}\p{Surrogate}]{1,120}$/u;

/** True of a text that a section may be called: 120 characters at most, none of them a control character. */
export function isSectionName(name: string): boolean {
  return plainName.test(name);
}

/** The name of a section by its heading: `Depth Context` and `depth_context` are `depth_context`. */
export function nameOfHeading(heading: string): string {
  const words = heading
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  return words.length === 0 ? heading : words.join("_");
}

/** What stands in the line `[Title: removed]`: `Depth Context` for `depth_context`, any other name as it is. */
export function titleOfName(name: string): string {
  if (!/^[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)*$/u.test(name)) return name;
  return name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

/** Headings that tell the model what to do: such a section is kept unless somebody says otherwise. */
export function isInstruction(name: string): boolean {
  return /(?:^|_)(?:instructions?|task|rules|guidelines|output|response)(?:_|$)/.test(
    nameOfHeading(name),
  );
}

/**
 * Headings of prompts that are in use for a section of the default list, by the name that the list has for it: with other words for the
 * same thing the wrong section would go first.
 */
const otherHeadings: Readonly<Record<string, string>> = {
  spatial_context: "depth_context",
  behavioral_analysis: "pose_analysis",
  pet_detection_false_positive_check: "pet_classification_context",
  image_quality: "image_quality_context",
  environmental_context: "weather_context",
  vehicle_damage: "vehicle_damage_context",
  vehicle_analysis: "vehicle_classification_context",
  person_analysis: "clothing_analysis_context",
  violence_analysis: "violence_context",
  re_identification: "reid_context",
  cross_camera_activity: "cross_camera_summary",
  detections_with_full_enrichment: "detections_with_all_attributes",
};

/** The names under which a list of priorities may have a section, the nearest first. */
export function namesInLists(name: string): string[] {
  const own = nameOfHeading(name);
  const other = Object.hasOwn(otherHeadings, own) ? otherHeadings[own] : undefined;
  return other === undefined ? [own] : [own, other];
}
