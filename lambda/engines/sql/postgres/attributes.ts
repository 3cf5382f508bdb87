import { escapeIdentifier, escapeLiteral } from 'pg';
import { Role, Setting } from './roles';

/** Settings whose values are lists of names. A list that were quoted as one text would be one name. */
const LISTS = new Set(['local_preload_libraries', 'search_path', 'session_preload_libraries', 'temp_tablespaces']);

/** The statements that give a role the attributes, limits and settings of another one, and take what it has beyond. */
export function equalise(target: Role, model: Role): string[] {
  const login = escapeIdentifier(target.name);
  const attributes = Object.entries(model.attributes)
    .filter(([name, on]) => target.attributes[name] !== on)
    .map(([name, on]) => on ? name : `NO${name}`);
  if (target.connectionLimit !== model.connectionLimit) attributes.push(`CONNECTION LIMIT ${model.connectionLimit}`);
  if (target.validUntil !== model.validUntil) attributes.push(`VALID UNTIL ${escapeLiteral(model.validUntil ?? 'infinity')}`);
  return [
    ...attributes.length > 0 ? [`ALTER ROLE ${login} ${attributes.join(' ')}`] : [],
    ...without(target.settings, model.settings).map((setting) => `ALTER ROLE ${login} ${scope(setting)}RESET ${settingName(setting)}`),
    ...without(model.settings, target.settings).map((setting) => `ALTER ROLE ${login} ${scope(setting)}SET ${settingName(setting)} TO ${settingValue(setting)}`),
  ];
}

/** The role as which the sessions of a login work. */
export function defaultRoleOf({ settings }: Role): string | undefined {
  return settings.find(isDefaultRole)?.value;
}

/** Which of two logins works as the other one is no matter of equality. */
function isDefaultRole({ name, database }: Setting): boolean {
  return name === 'role' && database === null;
}

function without(settings: readonly Setting[], others: readonly Setting[]): Setting[] {
  return settings.filter((setting) => !isDefaultRole(setting)
    && !others.some(({ name, value, database }) => name === setting.name && value === setting.value && database === setting.database));
}

function scope({ database }: Setting): string {
  return database === null ? '' : `IN DATABASE ${escapeIdentifier(database)} `;
}

/** Settings of extensions have two names with a dot between them. */
function settingName({ name }: Setting): string {
  return name.split('.').map(escapeIdentifier).join('.');
}

function settingValue({ name, value }: Setting): string {
  if (!LISTS.has(name.toLowerCase())) return escapeLiteral(value);
  const items = value.match(/"(?:[^"]|"")*"|[^",\s]+/g) ?? [''];
  return items.map((item) => escapeLiteral(item.startsWith('"') ? item.slice(1, -1).replace(/""/g, '"') : item)).join(', ');
}
