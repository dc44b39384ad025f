/**
 * For each mutant, Jest loads all test files that a run has. Loading the CDK takes most of the time, so only what needs it is mutated in a
 * run with such tests.
 */
const runs = {
  'without-cdk': {
    mutate: [
      'src/custom-resource/handler/image-memory.ts',
      'src/gates/handler/{findings,fitting,scan-stage,scan-watch,scanned-refusals}.ts',
      'src/lock/lock-{entry,key}.ts',
      'src/names/*.ts',
      'src/registry-client/{image-index,manifest-type,retry,scan-findings}.ts',
      'src/resolver/handler/resolved-pins.ts',
    ],
    tests: [
      '{lock,names}/*', 'custom-resource/handler/image-memory', 'gates/handler/{fitting,scanned}', 'registry-client/{ecr-scan,image-index,manifest-type,retry}', 'resolver/handler/resolved-pins',
    ],
  },
  'with-cdk': {
    mutate: ['src/repository/{lifecycle-policy,lifecycle-policy-statement,mutable-tags,retention-rule}.ts'],
    tests: ['repository/{retention-rule,secure-repository}'],
  },
};
const name = process.env.MUTANTS;
const { mutate, tests } = runs[name];

export default {
  mutate,
  ignorePatterns: ['/*', '!/package.json', '!/src', '!/test', '!/tsconfig.json'],
  testRunner: 'jest',
  jest: {
    config: {
      testMatch: tests.map(test => `<rootDir>/test/${test}.test.ts`),
      // No emulators.
      globalSetup: null,
      globalTeardown: null,
    },
  },
  concurrency: 2,
  // Tests that take longer count as having noticed the mutant. On a busy machine that must not happen by chance.
  timeoutMS: 15_000,
  thresholds: { high: 100, low: 95, break: 95 },
  clearTextReporter: { allowColor: false, reportTests: false },
  reporters: ['clear-text', 'html', 'json', 'progress'],
  htmlReporter: { fileName: `.cache/mutants/${name}.html` },
  jsonReporter: { fileName: `.cache/mutants/${name}.json` },
  tempDirName: '.cache/stryker',
};
