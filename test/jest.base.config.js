/** What the jest projects have in common. Types are checked by `npm run typecheck`, not again by each test file. */
module.exports = (name, options = {}) => ({
  displayName: name,
  rootDir: `${__dirname}/..`,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  clearMocks: true,
  globalSetup: `${__dirname}/jest.global-setup.js`,
  globalTeardown: `${__dirname}/jest.global-teardown.js`,
  setupFiles: [`${__dirname}/jest.environment.js`],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/test/tsconfig.jest.json', diagnostics: false }] },
  testPathIgnorePatterns: ['/node_modules/', '/examples/', '/build/'],
  modulePathIgnorePatterns: ['<rootDir>/examples/', '<rootDir>/build/', '<rootDir>/dist/'],
  ...options,
});
