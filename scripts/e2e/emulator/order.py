"""
The worst order in which CloudFormation may create resources: a rotation schedule comes as soon as what it names is there, and all
that nobody named comes after it. CloudFormation works in parallel; what no dependency orders, it may do in this order too.
"""

from ministack.services.cloudformation import stacks

SCHEDULE = "AWS::SecretsManager::RotationSchedule"


def install():
    sort = stacks._topological_sort

    def schedules_first(resources, conditions):
        usual = sort(resources, conditions)
        result = []
        for schedule in (name for name in usual if resources[name]["Type"] == SCHEDULE):
            needed = stacks._with_dependencies([schedule], resources, set(usual))
            result += [name for name in usual if name in needed and name not in result]
        return result + [name for name in usual if name not in result]

    stacks._topological_sort = schedules_first
