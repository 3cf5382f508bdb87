const path = require('path');

// The tests of the constructs again, under the newest CDK: the one that the examples use. With it, the gallery of the examples.
module.exports = require('./jest.base.config.js')('src', {
  displayName: 'src, newest CDK',
  testMatch: ['<rootDir>/test/@(src|api|gallery)/**/*.test.ts'],
  testEnvironmentOptions: { cdk: path.join(__dirname, '..', 'examples') },
  moduleNameMapper: { '^cdk-guarded-secrets$': '<rootDir>/src' },
});
