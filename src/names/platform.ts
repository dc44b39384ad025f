/** Platforms as `os/architecture` or `os/architecture/variant`. */

/** Whether two platforms are one. */
export function isSamePlatform(platform: string, wanted: string): boolean {
  return withoutDefaultVariant(platform) === withoutDefaultVariant(wanted);
}

/** Whether a platform is a variant of one that was asked for without a variant. */
export function isVariantOf(platform: string, wanted: string): boolean {
  return platform.startsWith(`${wanted}/`);
}

/** Whether one of the platforms is what was asked for. */
export function holdsPlatform(platforms: string[], wanted: string): boolean {
  return platforms.some(platform => isSamePlatform(platform, wanted) || isVariantOf(platform, wanted));
}

/** `v8` is what arm64 without a variant means. */
export function withoutDefaultVariant(platform: string): string {
  return platform.replace(/\/arm64\/v8$/, '/arm64');
}
