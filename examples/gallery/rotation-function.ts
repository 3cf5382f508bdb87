import * as iam from 'aws-cdk-lib/aws-iam';
import { DatabaseEngine, RotationFunction } from 'cdk-guarded-secrets';
import { Piece } from './piece';

export const rotationFunction: Piece[] = [
  {
    name: 'RotationFunction',
    build: (stack) => new RotationFunction(stack, 'Function', { bundle: DatabaseEngine.POSTGRES.bundle }),
  },
  {
    name: 'RotationFunctionOperated',
    build: (stack, { vpc }) => {
      const operated = new RotationFunction(stack, 'Function', { bundle: DatabaseEngine.MARIADB.bundle, vpc });
      const operators = new iam.ManagedPolicy(stack, 'Operators');
      operated.grantInvoke(operators);
      operated.grantOperate(operators);
    },
  },
];
