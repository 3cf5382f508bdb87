import { Token } from 'aws-cdk-lib';
import { Problems } from './problems';

const LONGEST_NAME = 512;
const ALLOWED_CHARACTERS = /^[A-Za-z0-9/_+=.@-]*$/;

/** Secrets Manager takes such an end of a partial ARN for the suffix that it puts behind names. */
const LOOKS_LIKE_A_SUFFIX = /-[A-Za-z0-9]{6}$/;

/**
 * That Secrets Manager takes the name of a secret, and finds the secret by it. A name that only the deployment knows is
 * not checked.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
export function checkSecretName(problems: Problems, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name)) return;
  const got = `got ${JSON.stringify(name)}`;
  if (name.length < 1 || name.length > LONGEST_NAME) {
    problems.add(`the name of a secret must have 1 to ${LONGEST_NAME} characters, got ${name.length}; change \`secretName\``);
  }
  if (!ALLOWED_CHARACTERS.test(name)) {
    problems.add(`the name of a secret must consist of letters, digits and /_+=.@-, ${got}; change \`secretName\``);
  }
  if (looksLikeSuffix(name)) {
    problems.add(`the name of a secret must not end in a hyphen and six letters or digits, as complete ARNs do, since a partial ARN of the secret would be taken for a complete one and find nothing, ${got}; change the end of \`secretName\`, or leave it out`);
  }
}

/** Whether the end of a name or ARN is taken for the suffix of a complete ARN. */
export function looksLikeSuffix(text: string): boolean {
  return LOOKS_LIKE_A_SUFFIX.test(text);
}
