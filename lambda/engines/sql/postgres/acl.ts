import { escapeLiteral } from 'pg';

/** A right that was given to a role by name: on an object, on objects that are made later, or to be member of another role. */
export interface Right {
  readonly grantee: string;
  readonly grantor: string;
  /** Whether the administrator can work as the grantor; only the grantor can take a right back. */
  readonly asGrantor: boolean;
  /** What comes before GRANT or REVOKE. */
  readonly scope: string;
  /** As it stands in GRANT, for example `SELECT (id) ON TABLE public.orders`. */
  readonly right: string;
  /** What comes after the grantee in GRANT, for example `WITH GRANT OPTION`; a right that can be passed on is listed without it as well. */
  readonly option: string;
  /** The role of which the grantee is a member, where that is the right. */
  readonly memberOf: string | null;
}

/** Where the server keeps rights: catalog, class of its objects, keyword of GRANT, and columns of owner and rights. */
const CATALOGS = [
  ['pg_class', 'pg_class', 'CASE relkind WHEN \'S\' THEN \'SEQUENCE\' ELSE \'TABLE\' END', 'relowner', 'relacl'],
  ['pg_proc', 'pg_proc', '\'ROUTINE\'', 'proowner', 'proacl'],
  ['pg_namespace', 'pg_namespace', '\'SCHEMA\'', 'nspowner', 'nspacl'],
  ['pg_type', 'pg_type', '\'TYPE\'', 'typowner', 'typacl'],
  ['pg_language', 'pg_language', '\'LANGUAGE\'', 'lanowner', 'lanacl'],
  ['pg_foreign_data_wrapper', 'pg_foreign_data_wrapper', '\'FOREIGN DATA WRAPPER\'', 'fdwowner', 'fdwacl'],
  ['pg_foreign_server', 'pg_foreign_server', '\'FOREIGN SERVER\'', 'srvowner', 'srvacl'],
  ['pg_largeobject_metadata', 'pg_largeobject', '\'LARGE OBJECT\'', 'lomowner', 'lomacl'],
  ['pg_database', 'pg_database', '\'DATABASE\'', 'datdba', 'datacl'],
  ['pg_tablespace', 'pg_tablespace', '\'TABLESPACE\'', 'spcowner', 'spcacl'],
] as const;

/** Since PostgreSQL 15; nobody owns a parameter. */
const PARAMETERS = ['pg_parameter_acl', 'pg_parameter_acl', '\'PARAMETER\'', '0::oid', 'paracl'] as const;

/** The first version whose settings have rights. */
const RIGHTS_ON_PARAMETERS = 150_000;

/** Since PostgreSQL 16 a membership does not always let the member work as the role. */
const MAY_WORK_AS = 'pg_has_role(session_user, grantor.oid, CASE WHEN current_setting(\'server_version_num\')::int >= 160000 THEN \'SET\' ELSE \'MEMBER\' END)';

/** Each right once, and once more if it can be passed on. */
const OPTIONS = '(VALUES (false, \'\'), (true, \' WITH GRANT OPTION\')) AS choice (passes_on, option)';

/**
 * The statement that lists the rights that some roles were given by name, in this database and in what all databases share.
 * What an owner may do is not listed.
 *
 * @param home what it owns is not listed for anybody, nor who is a member of it
 */
export function listRights(roles: readonly string[], home: string, version: number): string {
  const catalogs = version >= RIGHTS_ON_PARAMETERS ? [...CATALOGS, PARAMETERS] : CATALOGS;
  const objects = catalogs.map(([catalog, type, keyword, owner, acl]) => `SELECT '${type}'::regclass AS class, oid, NULL::name AS attribute, ${keyword} AS keyword, ${owner} AS owner, ${acl} AS acl FROM ${catalog} WHERE ${acl} IS NOT NULL`);
  objects.push('SELECT \'pg_class\'::regclass, pg_class.oid, attname, \'TABLE\', relowner, attacl FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE attacl IS NOT NULL');
  const grantees = roles.map(escapeLiteral).join(', ');
  return `
    SELECT grantee.rolname::text AS grantee, grantor.rolname::text AS grantor, ${MAY_WORK_AS} AS "asGrantor", scope, "right", option, "memberOf" FROM (
      SELECT entry.grantee, entry.grantor, '' AS scope, option, NULL AS "memberOf",
        format('%s%s ON %s %s', privilege_type, ' (' || quote_ident(attribute) || ')', keyword, (pg_identify_object(class, object.oid, 0)).identity) AS "right"
      FROM (${objects.join(' UNION ALL ')}) AS object, aclexplode(acl) AS entry, ${OPTIONS}
      WHERE (is_grantable OR NOT passes_on) AND entry.grantee IN (SELECT oid FROM pg_roles WHERE rolname IN (${grantees}))
        AND entry.grantee <> owner AND owner NOT IN (SELECT oid FROM pg_roles WHERE rolname = ${escapeLiteral(home)})
      UNION ALL
      SELECT entry.grantee, defaclrole,
        format('ALTER DEFAULT PRIVILEGES FOR ROLE %I ', creator.rolname) || coalesce('IN SCHEMA ' || quote_ident(nspname) || ' ', ''), option, NULL,
        format('%s ON %s', privilege_type, CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
          WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END)
      FROM pg_default_acl JOIN pg_roles AS creator ON creator.oid = defaclrole LEFT JOIN pg_namespace ON pg_namespace.oid = defaclnamespace,
        aclexplode(defaclacl) AS entry, ${OPTIONS}
      WHERE (is_grantable OR NOT passes_on) AND creator.rolname <> ${escapeLiteral(home)} AND entry.grantee <> defaclrole
      UNION ALL
      SELECT member, membership.grantor, '', coalesce(' WITH ADMIN ' || upper(admin_option::text) || ', INHERIT ' || upper(to_jsonb(membership) ->> 'inherit_option')
          || ', SET ' || upper(to_jsonb(membership) ->> 'set_option'), CASE WHEN admin_option THEN ' WITH ADMIN OPTION' ELSE '' END), parent.rolname::text, quote_ident(parent.rolname)
      FROM pg_auth_members AS membership JOIN pg_roles AS parent ON parent.oid = roleid
      WHERE parent.rolname <> ${escapeLiteral(home)}
    ) AS given JOIN pg_roles AS grantee ON grantee.oid = given.grantee LEFT JOIN pg_roles AS grantor ON grantor.oid = given.grantor
    WHERE grantee.rolname IN (${grantees})
    ORDER BY scope, "right", option, "asGrantor" DESC`;
}
