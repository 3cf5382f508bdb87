// What builds and tests the project.
module.exports = require('./jest.base.config.js')('scripts');
