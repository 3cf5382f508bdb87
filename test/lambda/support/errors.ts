/** Matches an error of an engine. @param text a part of its message */
export function code(expected: string, text: string = '') {
  return expect.objectContaining({ name: 'RotationError', code: expected, message: expect.stringContaining(text) });
}
