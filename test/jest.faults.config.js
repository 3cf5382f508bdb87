module.exports = require('./jest.base.config.js')('faults');
