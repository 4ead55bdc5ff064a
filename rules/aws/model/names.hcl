# Services that are called by a name that a namespace or a mesh knows: the name stands in an address in the environment of the caller, not
# in a reference.

# Through Service Connect a task calls another service by its name and a port.
link "aws_ecs_task_definition" "container_definitions" {
  to    = "aws_ecs_service"
  means = "invokes"
  by    = "name"
  part  = "[a-z]://([A-Za-z0-9_-]+):[0-9]+"
}

# A namespace of Cloud Map has a name that nobody outside can look up, and each service a name in it.
link "aws_ecs_task_definition" "container_definitions" {
  to    = "aws_service_discovery_service"
  means = "invokes"
  by    = "name"
  part  = "[\"/]([A-Za-z0-9_-]+)(?:[.][A-Za-z0-9_-]+)*[.](?:local|internal|private|svc|lan)[:/\"]"
}

link "aws_lambda_function" "environment.variables" {
  to    = "aws_service_discovery_service"
  means = "invokes"
  by    = "name"
  part  = "[\"/]([A-Za-z0-9_-]+)(?:[.][A-Za-z0-9_-]+)*[.](?:local|internal|private|svc|lan)[:/\"]"
}
