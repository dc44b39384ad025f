export interface Language {
  readonly name: string;
  /** Its folder in `examples` and in `bindings/errors`. */
  readonly folder: string;
  /** What the CDK CLI runs to make a mistake. */
  readonly errors: string;
  /** How many lines, of a stack trace or of a build tool, stand below what an error says. */
  readonly linesBelowErrors: number;
  /** Where in `dist` its package is. */
  readonly packages: RegExp;
}

export const LANGUAGES: Language[] = [
  {
    name: 'TypeScript',
    folder: 'typescript',
    errors: 'npx tsx bin/errors.ts',
    linesBelowErrors: 14,
    packages: /^js\/.*\.tgz$/,
  },
  {
    name: 'Python',
    folder: 'python',
    errors: 'python3 errors.py',
    linesBelowErrors: 2,
    packages: /^python\/.*\.whl$/,
  },
  {
    name: 'Java',
    folder: 'java',
    errors: 'mvn -q compile exec:java -Dexec.mainClass=com.example.shop.Errors',
    linesBelowErrors: 20,
    packages: /^java\/.*\d\.jar$/,
  },
  {
    name: 'Go',
    folder: 'go',
    errors: 'go run ./errors',
    linesBelowErrors: 14,
    packages: /^go\//,
  },
];
