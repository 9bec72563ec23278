/** The priority list that a new profile has: removed first to last. Free of zod: the browser shows it, too. */
export const defaultSectionPriorities = [
  "depth_context",
  "pose_analysis",
  "action_recognition",
  "pet_classification_context",
  "image_quality_context",
  "weather_context",
  "vehicle_damage_context",
  "vehicle_classification_context",
  "clothing_analysis_context",
  "violence_context",
  "reid_context",
  "cross_camera_summary",
  "baseline_comparison",
  "zone_analysis",
  "detections_with_all_attributes",
  "scene_analysis",
] as const;
