# Services that are called by a name that a namespace or a mesh knows: the name stands in the environment of the caller, not in a reference.

# The values in the environment of what runs, as far as they are written.
define "environment_values" {
  of = "aws_ecs_task_definition"
  is = [
    for v in flatten([
      for c in try(jsondecode(self.container_definitions), []) : [for e in try(c.environment, []) : try(e.value, null)]
    ]) : v if v != null
  ]
}

define "environment_values" {
  of = "aws_lambda_function"
  is = values(default(self.environment[0].variables, {}))
}

# The names by which other tasks reach a service through Service Connect, with the namespace or without it.
define "called_as" {
  of = "aws_ecs_service"
  is = [
    for n in flatten([
      for c in default(self.service_connect_configuration, []) : [
        for s in default(c.service, []) : [
          [for a in default(s.client_alias, []) : a.dns_name],
          default(s.discovery_name, s.port_name),
        ]
      ]
    ]) : n if n != null
  ]
}

# The name of a service in its namespace.
define "called_as" {
  of = "aws_service_discovery_service"
  is = flatten([
    for c in default(self.dns_config, []) : [
      for n in refs(c.namespace_id, "aws_service_discovery_private_dns_namespace", "aws_service_discovery_public_dns_namespace") : "${self.name}.${n.name}"
    ]
  ])
}

# A host in an address: `http://orders:8080/path` and `orders:8080` both call `orders`.
edge "aws_ecs_task_definition" {
  to    = [for s in resources("called_as") : s if length(called_as(s)) > 0]
  means = "invokes"
  when = anytrue(flatten([
    for v in environment_values(self) : [for n in called_as(other) : contains(regexall("^(?:[a-z]+://)?([A-Za-z0-9_.-]+)(?:[:/]|$)", v), [n])]
    if length(regexall("[:.]", v)) > 0
  ]))
}

edge "aws_lambda_function" {
  to    = [for s in resources("aws_service_discovery_service") : s if length(called_as(s)) > 0]
  means = "invokes"
  when = anytrue(flatten([
    for v in environment_values(self) : [for n in called_as(other) : contains(regexall("^(?:[a-z]+://)?([A-Za-z0-9_.-]+)(?:[:/]|$)", v), [n])]
  ]))
}
