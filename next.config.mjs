// Pages are static shells without server code, so everything of Next that runs on a server is off
// (docs/decisions/0001). BUILD_ID is set by scripts/build.mjs from the sources: equal sources, equal files.
/** @type {import("next").NextConfig} */
const nextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  compress: false,
  images: { unoptimized: true },
  typescript: { ignoreBuildErrors: true }, // `npm run check` reports them; a start must not wait for it
  generateBuildId: () => process.env.BUILD_ID ?? "development",
  allowedDevOrigins: ["127.0.0.1", "localhost"], // else hot reload is blocked on one of the two names
  turbopack: { root: import.meta.dirname }, // else the outermost folder with a lock file is taken for the root
};
export default nextConfig;
