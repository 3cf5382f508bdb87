// The functions without what their engines do by themselves.
module.exports = require('./jest.base.config.js')('lambda', { testPathIgnorePatterns: ['/node_modules/', '/test/lambda/engines/'] });
