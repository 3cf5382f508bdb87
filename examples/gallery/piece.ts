import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** What an app has besides, in a stack of its own. */
export interface Surroundings {
  readonly vpc: ec2.IVpc;
  readonly onCall: sns.ITopic;
  readonly key: kms.IKey;
  readonly database: rds.DatabaseInstance;
  readonly deadLetters: sqs.IQueue;

  /** A function of the team's own that rotates secrets. */
  readonly rotate: lambda.IFunction;
}

/** A stack of the gallery: one construct, in one of its forms. */
export interface Piece {
  readonly name: string;

  /** Whether no rule of any pack may have anything to say, not even what an option of the construct would meet. */
  readonly strict?: boolean;

  readonly build: (stack: Stack, surroundings: Surroundings) => void;
}
