export interface Language {
  readonly name: string;
  /** Its folder in `examples` and in `bindings/errors`. */
  readonly folder: string;
  /** What the CDK CLI runs to make a mistake. */
  readonly errors: string;
  /** The file of the app in the quick start, and what the CDK CLI runs to synthesize it in a copy of the example. */
  readonly quickStart: { readonly file: string; readonly app: string };
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
    quickStart: { file: 'bin/shop.ts', app: 'npx tsc && npx tsx bin/shop.ts' },
    linesBelowErrors: 14,
    packages: /^js\/.*\.tgz$/,
  },
  {
    name: 'Python',
    folder: 'python',
    errors: 'python3 errors.py',
    quickStart: { file: 'app.py', app: 'python3 app.py' },
    linesBelowErrors: 2,
    packages: /^python\/.*\.whl$/,
  },
  {
    name: 'Java',
    folder: 'java',
    errors: 'mvn -q compile exec:java -Dexec.mainClass=com.example.shop.Errors',
    quickStart: { file: 'src/main/java/com/myorg/ShopApp.java', app: 'mvn -q compile exec:java -Dexec.mainClass=com.myorg.ShopApp' },
    linesBelowErrors: 20,
    packages: /^java\/.*\d\.jar$/,
  },
  {
    name: 'Go',
    folder: 'go',
    errors: 'go run ./errors',
    quickStart: { file: 'shop.go', app: 'go run shop.go' },
    linesBelowErrors: 14,
    packages: /^go\//,
  },
];
