import { Json } from './vocabulary';

const PSEUDO_PARAMETERS: { [name: string]: string } = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'ap-southeast-1',
  'AWS::AccountId': '111122223333',
  'AWS::StackName': 'Test',
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * A part of a template with the values that a deployment would give, as long as real ones: generated names have a
 * suffix of 12 characters, ARNs of secrets 6 more.
 */
export function deployed(value: Json, template: Json): Json {
  if (Array.isArray(value)) return value.map((item) => deployed(item, template));
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return PSEUDO_PARAMETERS[argument as string] ?? reference(argument as string, template);
  if (name === 'Fn::GetAtt') return attribute(...(argument as [string, string]), template);
  if (name === 'Fn::Join') return deployed((argument as Json)[1], template).join((argument as Json)[0]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deployed(item, template)]));
}

function reference(logicalId: string, template: Json): string {
  switch (template.Resources[logicalId].Type) {
    case 'AWS::SecretsManager::Secret': return `${arn('secretsmanager', 'secret:')}${logicalId}-0123456789aB-cD3fG7`;
    case 'AWS::SecretsManager::SecretTargetAttachment': return reference(template.Resources[logicalId].Properties.SecretId.Ref, template);
    case 'AWS::SNS::Topic': return `${arn('sns', '')}Test-${logicalId}-0123456789aB`;
    default: return `Test-${logicalId}-0123456789aB`;
  }
}

function attribute(logicalId: string, name: string, template: Json): string {
  switch (`${template.Resources[logicalId].Type} ${name}`) {
    case 'AWS::KMS::Key Arn': return `${arn('kms', 'key/')}01234567-89ab-cdef-0123-456789abcdef`;
    case 'AWS::RDS::DBInstance Endpoint.Address': return `test-${logicalId.toLowerCase()}-0123456789ab.c0123456789a.ap-southeast-1.rds.amazonaws.com`;
    case 'AWS::RDS::DBCluster Endpoint.Address': return `test-${logicalId.toLowerCase()}-0123456789ab.cluster-c0123456789a.ap-southeast-1.rds.amazonaws.com`;
    default: return name.endsWith('Port') ? '5432' : `${arn('service', 'resource/')}Test-${logicalId}-0123456789aB`;
  }
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:ap-southeast-1:111122223333:${resource}`;
}
