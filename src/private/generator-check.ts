import { Stack, Token } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { isOutside } from './problems';

const LONGEST_VALUE = 4096;

/** Has the synthesis refuse what an override or an Aspect made of the generator of a secret, and no validator of the CDK sees. */
export function watchGenerator(secret: CfnSecret): void {
  secret.node.addValidation({ validate: () => problemsOf(secret) });
}

function problemsOf(secret: CfnSecret): string[] {
  const stack = Stack.of(secret);
  const secretString: unknown = stack.resolve(secret.secretString);
  const generateSecretString = stack.resolve(secret.generateSecretString);
  const { passwordLength, secretStringTemplate, generateStringKey } = generateSecretString ?? {};
  const problems: string[] = [];
  if (secretString !== undefined && generateSecretString !== undefined) {
    problems.push('a secret has a value that is given or one that is generated, got both; remove the override of SecretString');
  } else if (typeof secretString === 'string' && !Token.isUnresolved(secretString)) {
    problems.push('the value of a secret must not stand in the template, where everybody reads it; remove the override of SecretString, and take SecretContent.setByHand');
  }
  if (isOutside(passwordLength, 1, LONGEST_VALUE)) {
    problems.push(`a generated value has 1 to ${LONGEST_VALUE} characters, got ${passwordLength}; change PasswordLength`);
  }
  if ((secretStringTemplate === undefined) !== (generateStringKey === undefined)) {
    problems.push('SecretStringTemplate and GenerateStringKey go together, got one of them; take SecretContent.generatedField');
  }
  return problems;
}
