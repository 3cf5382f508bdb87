import { CfnResource } from 'aws-cdk-lib';
import { Dependable, IConstruct, IDependable } from 'constructs';

/**
 * Something to depend on that is looked up at synthesis, since it may be defined later.
 *
 * To depend on a whole construct would mean to depend on everything that others add below it, such as the rules that let
 * in clients of a database: an app whose client needs the rotation would have a circle.
 */
export function lateDependency(find: () => IConstruct[]): IDependable {
  const dependable = {};
  Dependable.implement(dependable, {
    get dependencyRoots() {
      return find();
    },
  });
  return dependable;
}

/** The resources of some types in a tree. Stacks are walked often, so nothing is collected that is not wanted. */
export function resourcesBelow(scope: IConstruct, ...types: string[]): CfnResource[] {
  const found: CfnResource[] = [];
  const visit = (construct: IConstruct): void => {
    if (CfnResource.isCfnResource(construct) && types.includes(construct.cfnResourceType)) found.push(construct);
    construct.node.children.forEach(visit);
  };
  visit(scope);
  return found;
}
