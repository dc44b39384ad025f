import { awscdk, github, javascript, ReleasableCommits } from 'projen';

/** Folders with TypeScript besides `src` and `test`. None of it is in the package. */
const devFolders = ['bench', 'bindings', 'demo', 'emulator', 'integ', 'tools'];
/** This package's name in them and in `test`. */
const paths = { 'cdk-secure-repository': ['../src'] };

/** Without them, tests are skipped on a developer's machine and fail here. GitHub's machines have Go, and Chromium, of which Ubuntu has no package. */
const toolsOfTests = {
  name: 'Install what the tests run',
  run: 'sudo apt-get update && sudo apt-get install -y buildah docker-registry jq openssl skopeo && (command -v chromium || sudo apt-get install -y chromium)',
};

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-secure-repository',
  description: 'CDK constructs for immutable ECR repositories and container images pinned by digest',
  keywords: ['cdk', 'aws-cdk', 'awscdk', 'ecr', 'ecs', 'container', 'docker', 'image', 'digest', 'immutable', 'security', 'supply-chain-security'],
  author: 'cdk-secure-repository contributors',
  authorAddress: 'https://github.com/cdksecurerepository',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdksecurerepository/cdk-secure-repository.git',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  githubOptions: {
    mergify: false,
    pullRequestLintOptions: {
      semanticTitleOptions: { types: ['feat', 'fix', 'perf', 'revert', 'refactor', 'docs', 'test', 'build', 'ci', 'chore'] },
    },
  },
  pullRequestTemplate: false,

  cdkVersion: '2.214.0',
  constructsVersion: '10.4.2',
  jsiiVersion: '~6.0.0',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22',
  buildWorkflowOptions: { preBuildSteps: [toolsOfTests] },
  releaseWorkflowSetupSteps: [toolsOfTests],
  releasableCommits: ReleasableCommits.exec(
    'git log --no-merges --oneline --extended-regexp --grep "^(feat|fix|perf|revert)[(:!]|^[a-z]+!:|^BREAKING CHANGE" $LATEST_TAG..HEAD',
  ),
  publishToPypi: {
    distName: 'cdk-secure-repository',
    module: 'cdk_secure_repository',
  },
  publishToMaven: {
    javaPackage: 'io.github.cdksecurerepository',
    mavenGroupId: 'io.github.cdksecurerepository',
    mavenArtifactId: 'cdk-secure-repository',
  },
  publishToGo: {
    moduleName: 'github.com/cdksecurerepository/cdk-secure-repository-go',
    packageName: 'cdksecurerepository',
  },

  devDeps: [
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.214.0-alpha.0',
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-ecr',
    '@aws-sdk/client-ecs',
    '@aws-sdk/client-iam',
    '@aws-sdk/client-lambda',
    '@aws-sdk/client-ssm',
    '@aws-sdk/client-sts',
    '@aws-sdk/credential-providers',
    '@cloud-copilot/iam-simulate@0.1.173',
    '@smithy/core',
    '@smithy/node-http-handler',
    // The last releases all of whose dependencies take the oldest Node.js that is supported here.
    '@stryker-mutator/core@~9.3',
    '@stryker-mutator/jest-runner@~9.3',
    '@textlint/kernel',
    '@textlint/textlint-plugin-markdown',
    '@types/aws-lambda',
    '@types/proxy-from-env',
    'aws-cdk@2.1148.1',
    'aws-sdk-client-mock',
    'commander@14.0.3',
    'fast-check',
    'github-markdown-css',
    'hpagent',
    // The last release that can be required rather than imported.
    'parse5@~7.3',
    'proxy-from-env',
    // The last release for the oldest Node.js that is supported here.
    'puppeteer-core@~24.43',
    'rehype-raw',
    'rehype-sanitize',
    'rehype-stringify',
    'remark-emoji',
    'remark-gfm',
    'remark-parse',
    'remark-rehype',
    'textlint-rule-sentence-length',
    'textlint-rule-terminology',
    'unified',
    // The last releases that can be required rather than imported.
    'vega@~5.33',
    'vega-lite@~5.23',
  ],
  // The last release for the oldest Node.js that is supported here.
  bumpPackage: 'commit-and-tag-version@^12',
  // Without a release to count from, it would be 0.0.0.
  nextVersionCommand: '[ -n "$LATEST_TAG" ] || echo 0.1.0',
  bundlerOptions: { esbuildVersion: '0.28.2' },

  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      collectCoverageFrom: ['src/**/*.ts'],
      coverageThreshold: { branches: 95 },
      testTimeout: 120_000,
      // Half of the time is waiting, for emulators and processes.
      maxWorkers: 4,
      maxConcurrency: 8,
      globalSetup: '<rootDir>/test/shared-emulators.ts',
      globalTeardown: '<rootDir>/test/stop-shared-emulators.ts',
      setupFilesAfterEnv: ['<rootDir>/test/credential-guard.ts'],
      modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/examples/'],
      // The README's code is tested as a user writes it.
      moduleNameMapper: { '^cdk-secure-repository$': '<rootDir>/src' },
    },
  },
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  tsconfigDev: {
    compilerOptions: { paths },
    include: devFolders.map(folder => `../${folder}/**/*.ts`),
  },
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'projenrc', ...devFolders] },
  gitignore: ['.jsii.tabl.json', '__pycache__/', '/cli/', '/THIRD-PARTY-NOTICES', '/integ/*.snapshot/asset.*', '/integ/cdk-integ.out.*', '/examples/**/.venv/', '/examples/**/cdk.out/', '/examples/java/target/'],
});

for (const folder of devFolders) {
  new javascript.TypescriptConfig(project, {
    fileName: `${folder}/tsconfig.json`,
    compilerOptions: { noEmit: true, rootDir: '..', paths },
    include: ['**/*.ts'],
  }).addExtends(project.tsconfig!);
}

const bundle = project.bundler.bundleTask;
bundle.exec('ts-node -T tools/bundle.ts', { name: 'Bundle the functions and the command' });
bundle.exec('ts-node -T tools/third-party-notices.ts THIRD-PARTY-NOTICES .cache/bundles/*.json', { name: 'Collect the licences of what is bundled' });
project.package.addBin({ 'cdk-image-lock': 'bin/cdk-image-lock' });

/** What is bundled, and not imported from the package. */
const bundled = ['cli', 'custom-resource/handler', 'deployed-image/handler', 'functions', 'gates/handler', 'registry-client', 'resolver/handler'];
for (const folder of bundled.map(name => `src/${name}`)) {
  project.eslint?.allowDevDeps(`${folder}/**`);
  project.npmignore?.exclude(`/${folder.replace('src', 'lib')}/`);
}

project.npmignore?.include('/cli/');
// What rosetta makes is for the packages of the other languages.
project.npmignore?.exclude('/*.tgz', '/.cache/', '/.ci/', '/.jsii.tabl.json', '/.npmrc', '/API.md', '/CHANGELOG.md', '/CONTRIBUTING.md', '/SECURITY.md', '/docs/', '/examples/', '/rosetta/', ...devFolders.map(folder => `/${folder}/`));

// The compiler checks imports already, and it knows that the README's code means this package.
project.eslint?.addRules({ 'import/no-unresolved': 'off' });

const integRunner = 'integ-runner --config integ/integ.config.json';
const verifyIntegSnapshots = project.addTask('integ', {
  description: 'Verify the snapshots of the integration tests, offline',
  env: { AWS_EC2_METADATA_DISABLED: 'true' },
  exec: integRunner,
});
project.addTask('integ:update', {
  description: 'Refresh the snapshots of the integration tests without deploying',
  env: { AWS_EC2_METADATA_DISABLED: 'true' },
  steps: [{ spawn: bundle.name }, { exec: `${integRunner} --update-on-failed --dry-run` }],
});
project.addTask('integ:deploy', {
  description: 'Deploy the integration tests to an AWS account and check what was deployed',
  receiveArgs: true,
  steps: [{ spawn: bundle.name }, { exec: `${integRunner} --force`, receiveArgs: true }],
});

project.addTask('demo', {
  description: 'A guided tour with the CDK CLI on an emulated AWS, without an account',
  env: { NODE_NO_WARNINGS: '1' },
  steps: [{ spawn: bundle.name }, { exec: 'ts-node -T demo/demo.ts', receiveArgs: true }],
  receiveArgs: true,
});

project.addTask('bench', {
  description: 'Measure what the library costs, beside what one would use without it',
  env: { NODE_NO_WARNINGS: '1' },
  steps: [{ spawn: project.compileTask.name }, { spawn: bundle.name }, { exec: 'ts-node -T bench/bench.ts', receiveArgs: true }],
  receiveArgs: true,
});

project.addTask('pictures', {
  description: 'Draw the pictures of README and guides: plots by the last measurements of each section of the bench',
  env: { NODE_NO_WARNINGS: '1' },
  steps: [{ exec: 'ts-node -T tools/pipeline-picture.ts' }, { exec: 'ts-node -T bench/plots.ts' }],
});

project.addTask('conformance', {
  description: 'Compare what our registry client and others make of well and badly behaved registries',
  env: { NODE_NO_WARNINGS: '1' },
  exec: 'ts-node -T bench/conformance.ts',
});

project.addTask('test:cdk-versions', {
  description: 'Run the tests of the constructs with the oldest and the newest aws-cdk-lib, or with the versions that are given',
  env: { NODE_NO_WARNINGS: '1' },
  exec: 'ts-node -T tools/test-cdk-versions.ts',
  receiveArgs: true,
});

project.addTask('test:node-versions', {
  description: 'Run the tests of what ships with the oldest Node.js that is allowed and the maintained ones, or with the versions that are given',
  env: { NODE_NO_WARNINGS: '1' },
  steps: [{ spawn: bundle.name }, { exec: 'ts-node -T tools/test-node-versions.ts', receiveArgs: true }],
  receiveArgs: true,
});

project.addTask('mutate', {
  description: 'Change the pure modules in many small ways, and see whether a test notices each',
  steps: ['without-cdk', 'with-cdk'].map(run => ({ exec: `MUTANTS=${run} stryker run tools/stryker.config.mjs` })),
});

project.addTask('lint:docs', {
  description: 'Run linters of prose, shell, YAML, GitHub workflows and GitLab pipelines over the guides, and look at them as they are rendered',
  env: { NODE_NO_WARNINGS: '1' },
  exec: 'ts-node -T test/docs/lint.ts',
});

project.addTask('test:renovate', {
  description: "Try docs/renovate.json with Renovate's own code",
  env: { NODE_NO_WARNINGS: '1' },
  steps: [{ spawn: bundle.name }, { exec: 'ts-node -T test/docs/renovate.ts' }],
});

for (const [name, description, options] of [
  ['scanners', 'Run security scanners over what the constructs make, and write into docs/scanners.md what they say', ' --update'],
  ['scanners:check', 'Run security scanners over what the constructs make, and compare what they say with docs/scanners.md', ''],
]) {
  project.addTask(name, {
    description,
    env: { NODE_NO_WARNINGS: '1' },
    steps: [{ spawn: bundle.name }, { exec: `ts-node -T test/docs/scanners.ts${options}` }],
  });
}

project.addTask('changelog', {
  description: 'Write CHANGELOG.md by the messages of the commits since the last release, and of those before',
  exec: 'ts-node -T tools/changelog.ts',
});

// The one that projen defines passes when the registry cannot be reached.
const compatibility = project.tasks.tryFind('compat')!;
compatibility.description = 'Compare the API with the latest release, or with the version, tarball or folder that is given';
compatibility.reset('ts-node -T tools/api-compatibility.ts', { receiveArgs: true });
compatibility.prependSpawn(project.compileTask);
project.buildWorkflow?.addPostBuildSteps({ name: 'Check that the API is compatible with the latest release', run: `npx projen ${compatibility.name}` });

project.buildWorkflow?.addPostBuildJob('bindings', {
  runsOn: ['ubuntu-latest'],
  permissions: { contents: github.workflows.JobPermission.READ },
  tools: { node: { version: '22' }, python: { version: '3.x' }, java: { version: '17' }, go: { version: 'stable' } },
  steps: [
    { uses: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1' },
    { run: 'npm ci' },
    toolsOfTests,
    ...['test:cdk-versions latest', 'test:node-versions', 'lint:docs', 'test:renovate', 'scanners:check', 'test:bindings'].map(task => ({ run: `npx projen ${task}` })),
  ],
});

project.testTask.env('NODE_NO_WARNINGS', '1');
project.testTask.prependExec('tsc --noEmit -p test/tsconfig.json', { name: 'Check types' });
project.testTask.prependSpawn(bundle);
project.testTask.spawn(verifyIntegSnapshots);
project.postCompileTask.exec('jsii-rosetta extract --strict .', { name: 'Compile the examples of README and docstrings' });

// For .NET the code is generated only: what nobody has compiled is not published.
project.tryFindObjectFile('package.json')?.addOverride('jsii.targets.dotnet', {
  namespace: 'CdkSecureRepository',
  packageId: 'CdkSecureRepository',
});
project.compileTask.exec('ts-node -T tools/lazy-exports.ts lib/index.js', { name: 'Load what an app uses when it uses it' });
project.compileTask.exec("esbuild 'lib/**/*.js' --outdir=lib --allow-overwrite --platform=node --target=node20 --minify-whitespace --minify-syntax --log-level=warning", {
  name: 'Leave comments and spaces to the declarations',
});

project.addTask('package:dotnet', { description: 'Generate the .NET code, without compiling it' });
const packageAll = project.tasks.tryFind('package-all')!;
packageAll.spawn(project.tasks.tryFind('package:dotnet')!);
packageAll.prependExec('jsii-rosetta extract --strict .', { name: 'Translate the examples' });
packageAll.prependSpawn(project.compileTask);
packageAll.prependExec('ts-node -T tools/require-toolchains.ts');
for (const language of ['js', 'python', 'java', 'go', 'dotnet']) {
  project.tasks.tryFind(`package:${language}`)!.reset(`ts-node -T tools/package.ts ${language}`);
}
project.tasks.tryFind('package:js')!.prependSpawn(bundle);
project.addTask('test:bindings', {
  description: 'Build the packages, install each where nothing is installed, and compare what the examples synthesize',
  env: { NODE_NO_WARNINGS: '1' },
  steps: [{ spawn: packageAll.name }, { exec: 'ts-node -T bindings/test-bindings.ts', receiveArgs: true }],
  receiveArgs: true,
});

// Where to publish is the publisher's own default.
project.github?.tryFindWorkflow('release')?.file?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

// The last release all of whose platform packages are published everywhere; with others `npm ci` refuses the lock file.
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// The Go module requires the installed release of what aws-cdk-lib brings along; this is the one that aws-cdk-lib itself starts from.
project.package.addPackageResolutions('@aws-cdk/asset-node-proxy-agent-v6@2.1.0');

// The lock file holds versions and checksums; where packages come from is the installing machine's own setting.
new javascript.NpmConfig(project).addConfig('omit-lockfile-registry-resolved', 'true');

project.synth();
