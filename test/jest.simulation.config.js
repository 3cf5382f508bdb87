// No server and no real time: one process, one thread, and as many schedules as there is time for.
module.exports = require('./jest.base.config.js')('simulation');
