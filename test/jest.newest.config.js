// The tests of the constructs again, under the newest CDK: the one that the examples use. With it, the gallery of the examples.
module.exports = require('./jest.base.config.js')('src', {
  displayName: 'src, newest CDK',
  testMatch: ['<rootDir>/test/src/**/*.test.ts', '<rootDir>/test/gallery/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
  moduleNameMapper: {
    '^aws-cdk-lib(.*)$': '<rootDir>/examples/node_modules/aws-cdk-lib$1',
    '^constructs$': '<rootDir>/examples/node_modules/constructs',
    '^cdk-guarded-secrets$': '<rootDir>/src',
  },
});
