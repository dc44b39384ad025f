import { platformProblem } from '../../names/image-grammar';
import { ImagePinOptions } from '../pin-options';

/** The platforms that are asked for, as text. */
export interface WantedPlatforms {
  readonly platform?: string;
  /** Each once, in order. */
  readonly requirePlatforms: string[];
}

/** Reads the platforms of options; `fail` makes the error when one of them is none. */
export function wantedPlatforms(options: ImagePinOptions, fail: (problem: string) => Error): WantedPlatforms {
  const platform = options.platform?.platform;
  const requirePlatforms = [...new Set(options.requirePlatforms?.map(required => required?.platform))].sort();
  const problem = [options.platform ? [platform] : [], requirePlatforms].flat().map(platformProblem).find(Boolean);
  if (problem) {
    throw fail(problem);
  }
  return { platform, requirePlatforms };
}
