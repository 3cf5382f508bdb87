// The assembly that jsii writes: `npx projen compile` comes first.
module.exports = require('./jest.base.config.js')('api');
