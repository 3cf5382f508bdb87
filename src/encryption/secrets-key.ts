import * as kms from 'aws-cdk-lib/aws-kms';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { problemMessage } from '../private/problems';

/** One name, or a path that begins with a slash. */
const PARAMETER_NAME = /^(?:[\w.-]+|(?:\/[\w.-]+)+)$/;

/**
 * Options of a key whose ARN stands in a parameter.
 */
export interface SsmParameterKeyOptions {
  /** Name of a parameter of the account and Region with the ARN of the key: one name, or a path that begins with a slash. */
  readonly parameterName: string;
}

/**
 * Customer keys that are defined elsewhere.
 */
export class SecretsKey {
  /**
   * A key whose ARN a parameter of Systems Manager holds, as landing zones publish theirs. CloudFormation reads it at each
   * deployment. The policy of the key must trust the account, as grants stand in the policies of the grantees.
   *
   * Throws an error for what cannot be the name of a parameter.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
   */
  public static fromSsmParameter(scope: Construct, id: string, options: SsmParameterKeyOptions): kms.IKey {
    const { parameterName } = options;
    if (!PARAMETER_NAME.test(parameterName)) {
      throw new Error(problemMessage(scope, [
        `the key ${JSON.stringify(id)} needs the name of a parameter, as "/accelerator/kms/secrets-manager/key-arn", got ${JSON.stringify(parameterName)}; change \`parameterName\``,
      ]));
    }
    return kms.Key.fromKeyArn(scope, id, ssm.StringParameter.valueForStringParameter(scope, parameterName));
  }

  private constructor() {}
}
