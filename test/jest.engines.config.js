// The engines of the functions, against the servers that they are for.
module.exports = require('./jest.base.config.js')('lambda/engines', { displayName: 'engines' });
