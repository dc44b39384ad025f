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

/** As Go names them, and images with it. */
const ARCHITECTURES = ['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips', 'mips64', 'mips64le', 'mipsle', 'ppc64', 'ppc64le', 'riscv64', 's390x', 'wasm'];

/**
 * Whether no runtime takes an image of one platform for another that is in the index too.
 *
 * Runtimes know other names for some architectures and variants, and take a platform without variant for one with the usual variant.
 */
export function excludesPlatform(platform: string, wanted: string): boolean {
  const [os, architecture, variant] = withoutDefaultVariant(platform).split('/');
  const [wantedOs, wantedArchitecture, wantedVariant] = withoutDefaultVariant(wanted).split('/');
  return os !== wantedOs
    || (architecture !== wantedArchitecture && ARCHITECTURES.includes(architecture))
    || (architecture === wantedArchitecture && wantedVariant !== undefined && variant !== wantedVariant && /^v/.test(variant ?? ''));
}

/** `v8` is what arm64 without a variant means. */
export function withoutDefaultVariant(platform: string): string {
  return platform.replace(/\/arm64\/v8$/, '/arm64');
}
