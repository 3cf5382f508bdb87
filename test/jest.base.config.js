/** What the jest projects have in common. Types are checked by `npm run typecheck`, not again by each test file. */
module.exports = (name, options = {}) => ({
  displayName: name,
  rootDir: `${__dirname}/..`,
  // Not the whole folder, which has node_modules twice; watch mode sees what is in these.
  roots: ['cli', 'lambda', 'scripts', 'src', 'test'].map((folder) => `<rootDir>/${folder}`),
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  runtime: `${__dirname}/jest.runtime.js`,
  clearMocks: true,
  globalSetup: `${__dirname}/jest.global-setup.js`,
  globalTeardown: `${__dirname}/jest.global-teardown.js`,
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }] },
  ...options,
});
