/** Checks, before anything is built, that there is what the packages for all languages take. */
import { requireToolchain } from './toolchain';

try {
  ['python', 'java', 'go'].forEach(language => requireToolchain(language, `package:${language}`));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
