"""Writes down what happens to the resources of stacks, one JSON object a line, with the properties as they were resolved."""

import json
import os

from ministack.services.cloudformation import stacks


def install():
    record_event = stacks._add_event
    provision = stacks._provision_resource
    update = stacks._update_resource
    resolved = {}

    def provision_with_properties(resource_type, logical_id, properties, stack_name):
        resolved[stack_name, logical_id] = properties
        return provision(resource_type, logical_id, properties, stack_name)

    def update_with_properties(resource_type, physical_id, old, new, stack_name, logical_id=None, old_attributes=None):
        resolved[stack_name, logical_id] = new
        return update(resource_type, physical_id, old, new, stack_name, logical_id, old_attributes)

    def add_event(stack_id, stack_name, logical_id, resource_type, status, reason="", physical_id="", detailed_status=""):
        record_event(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed_status)
        line = {
            "stack": stack_name, "logicalId": logical_id, "type": resource_type, "status": status, "reason": reason,
            "physicalId": physical_id, "properties": resolved.get((stack_name, logical_id)),
        }
        with open(os.environ["JOURNAL_FILE"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    stacks._provision_resource = provision_with_properties
    stacks._update_resource = update_with_properties
    stacks._add_event = add_event
