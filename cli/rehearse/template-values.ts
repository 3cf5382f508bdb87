import { Template } from './assembly';

/** A value that only a deployment knows. */
export class Unresolved extends Error {}

/** What stands for the attributes of resources: `Ref` of a logical id, or `<logical id>.<attribute>`. */
export type Substitutions = ReadonlyMap<string, string>;

type Arguments = readonly unknown[];

/**
 * Resolves the intrinsic functions of a template as a deployment would, with substitutes for what only AWS knows. What is
 * not known is an error, never a guess.
 */
export class TemplateValues {
  public constructor(private readonly template: Template, private readonly substitutions: Substitutions) {}

  /** @throws Unresolved with the name of what is not known */
  public resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    if (entries.length === 1) {
      const [[name, argument]] = entries;
      if (name === 'Ref') return this.ref(String(argument));
      if (name.startsWith('Fn::')) return this.call(name, argument);
    }
    return Object.fromEntries(entries.map(([name, item]) => [name, this.resolve(item)]).filter(([, item]) => item !== undefined));
  }

  public text(value: unknown): string {
    const resolved = this.resolve(value);
    if (typeof resolved === 'object' || resolved === undefined) throw new Unresolved(`${JSON.stringify(value)} is no text`);
    return String(resolved);
  }

  private list(value: unknown): unknown[] {
    const resolved = this.resolve(value);
    if (!Array.isArray(resolved)) throw new Unresolved(`${JSON.stringify(value)} is no list`);
    return resolved;
  }

  private ref(name: string): unknown {
    const known = this.substitutions.get(name);
    if (known !== undefined) return known;
    if (name === 'AWS::NoValue') return undefined;
    const { Type = 'String', Default } = this.template.Parameters?.[name] ?? {};
    // The default of such a parameter is the name under which Systems Manager holds the value.
    if (Default === undefined || Type.startsWith('AWS::SSM::Parameter::Value')) throw new Unresolved(`Ref ${name}`);
    return Type === 'CommaDelimitedList' || Type.startsWith('List<') ? String(Default).split(',').map((item) => item.trim()) : Default;
  }

  private call(name: string, argument: unknown): unknown {
    const list = Array.isArray(argument) ? argument as Arguments : [];
    switch (name) {
      case 'Fn::GetAtt': return this.attribute(list.length > 0 ? list.map(String).join('.') : String(argument));
      case 'Fn::Join': return this.list(list[1]).map((item) => this.text(item)).join(String(list[0]));
      case 'Fn::Sub': return this.substitute(argument);
      case 'Fn::Select': return this.select(Number(this.resolve(list[0])), this.list(list[1]));
      case 'Fn::Split': return this.text(list[1]).split(String(list[0]));
      case 'Fn::If': return this.resolve(this.condition(String(list[0])) ? list[1] : list[2]);
      case 'Fn::FindInMap': return this.find(list.map((item) => this.text(item)));
      case 'Fn::ImportValue': return this.attribute(`import ${this.text(argument)}`);
      case 'Fn::Base64': return Buffer.from(this.text(argument)).toString('base64');
      default: throw new Unresolved(name);
    }
  }

  private select(index: number, list: unknown[]): unknown {
    if (list[index] === undefined) throw new Unresolved(`Fn::Select ${index} of a list of ${list.length}`);
    return list[index];
  }

  private attribute(name: string): string {
    const known = this.substitutions.get(name);
    if (known === undefined) throw new Unresolved(name.startsWith('import ') ? `Fn::ImportValue ${name.slice('import '.length)}` : `Fn::GetAtt ${name}`);
    return known;
  }

  private substitute(argument: unknown): string {
    const [text, variables] = Array.isArray(argument) ? argument as [string, { [name: string]: unknown }] : [String(argument), {}];
    return text.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (name in variables) return this.text(variables[name]);
      return name.includes('.') ? this.attribute(name) : this.text({ Ref: name });
    }).replace(/\$\{!([^}]*)\}/g, '${$1}');
  }

  private find(keys: string[]): unknown {
    let value: unknown = this.template.Mappings;
    for (const key of keys) value = (value as { [name: string]: unknown } | undefined)?.[key];
    if (value === undefined) throw new Unresolved(`Fn::FindInMap ${keys.join('.')}`);
    return value;
  }

  private condition(name: string): boolean {
    return this.evaluate(this.template.Conditions?.[name], name);
  }

  private evaluate(expression: unknown, name: string): boolean {
    const [operator, operands] = (Object.entries(expression ?? {})[0] ?? []) as [string?, Arguments?];
    switch (operator) {
      case 'Condition': return this.condition(String(operands));
      case 'Fn::Equals': return this.text(operands![0]) === this.text(operands![1]);
      case 'Fn::Not': return !this.evaluate(operands![0], name);
      case 'Fn::And': return operands!.every((operand) => this.evaluate(operand, name));
      case 'Fn::Or': return operands!.some((operand) => this.evaluate(operand, name));
      default: throw new Unresolved(`condition ${name}`);
    }
  }
}
