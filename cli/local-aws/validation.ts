import { serialization, validation } from './errors';
import { MEMBERS, OPERATION_MEMBERS, REQUIRED, Shape } from './shapes';

type Input = { readonly [name: string]: unknown };

/** Checks an input against the limits of the API reference, and lists all violations as the service does. */
export function validateInput(operation: string, input: unknown): Input {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw serialization('The request body must be a JSON object.');
  }
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  const violations = (REQUIRED[operation] ?? [])
    .filter((name) => !given.some(([key]) => key === name))
    .map((name) => `Value null at '${camel(name)}' failed to satisfy constraint: Member must not be null`);
  for (const [name, value] of given) {
    const shape = OPERATION_MEMBERS[operation]?.[name] ?? MEMBERS[name];
    if (shape !== undefined) check(shape, value, camel(name), violations);
  }
  if (violations.length > 0) {
    throw validation(`${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations.join('; ')}`);
  }
  return Object.fromEntries(given);
}

function check(shape: Shape, value: unknown, path: string, violations: string[]): void {
  const violate = (constraint: string) => {
    const shown = shape.sensitive ? '' : ` '${Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value)}'`;
    violations.push(`Value${shown} at '${path}' failed to satisfy constraint: ${constraint}`);
  };
  const { minimum, maximum } = shape;
  switch (shape.type) {
    case 'text': {
      const text = expectType('string', value, 'a String') as string;
      // The limit of a value is in bytes.
      const length = shape.sensitive ? Buffer.byteLength(text) : [...text].length;
      if (minimum !== undefined && length < minimum) violate(`Member must have length greater than or equal to ${minimum}`);
      if (maximum !== undefined && length > maximum) violate(`Member must have length less than or equal to ${maximum}`);
      if (shape.pattern && !new RegExp(`^(?:${shape.pattern})$`, 's').test(text)) violate(`Member must satisfy regular expression pattern: ${shape.pattern}`);
      if (shape.values && !shape.values.includes(text)) violate(`Member must satisfy enum value set: [${shape.values.join(', ')}]`);
      return;
    }
    case 'blob': {
      const bytes = Buffer.from(expectType('string', value, 'a Blob') as string, 'base64').length;
      if (minimum !== undefined && bytes < minimum) violate(`Member must have length greater than or equal to ${minimum}`);
      if (maximum !== undefined && bytes > maximum) violate(`Member must have length less than or equal to ${maximum}`);
      return;
    }
    case 'number': {
      const number = expectType('number', value, 'a Long') as number;
      if (minimum !== undefined && number < minimum) violate(`Member must have value greater than or equal to ${minimum}`);
      if (maximum !== undefined && number > maximum) violate(`Member must have value less than or equal to ${maximum}`);
      return;
    }
    case 'boolean':
      expectType('boolean', value, 'a Boolean');
      return;
    case 'list': {
      if (!Array.isArray(value)) throw serialization('Expected list or null');
      if (minimum !== undefined && value.length < minimum) violate(`Member must have length greater than or equal to ${minimum}`);
      if (maximum !== undefined && value.length > maximum) violate(`Member must have length less than or equal to ${maximum}`);
      value.forEach((item, index) => check(shape.item!, item, `${path}.${index + 1}.member`, violations));
      return;
    }
    case 'structure': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serialization('Expected structure or null');
      for (const [name, member] of Object.entries(value)) {
        const memberShape = shape.members?.[name];
        if (memberShape !== undefined && member !== null && member !== undefined) check(memberShape, member, `${path}.${camel(name)}`, violations);
      }
    }
  }
}

function expectType(type: 'string' | 'number' | 'boolean', value: unknown, called: string): unknown {
  if (typeof value === type) return value;
  const got = Array.isArray(value) ? 'START_ARRAY' : typeof value === 'object' ? 'START_OBJECT' : `${String(typeof value).toUpperCase()}_VALUE`;
  throw serialization(`${got} cannot be converted to ${called}`);
}

function camel(name: string): string {
  return name[0].toLowerCase() + name.slice(1);
}
