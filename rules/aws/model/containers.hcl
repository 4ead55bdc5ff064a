# What containers run, wherever they do.

# Containers of a task, with null for what they leave out.
define "containers" {
  of = "aws_ecs_task_definition"
  is = [
    for c in try(jsondecode(self.container_definitions), []) : merge({
      name              = null
      image             = null
      essential         = null
      memory            = null
      memoryReservation = null
      healthCheck       = null
      stopTimeout       = null
    }, c)
  ]
}

# What a task has: units of CPU and MiB, or as text: `1 vCPU`, `2 GB`. Null where it says nothing.
define "task_size" {
  of = "aws_ecs_task_definition"
  is = {
    cpu    = try(tonumber(self.cpu), tonumber(regex("(?i)^ *([0-9.]+) *vcpu *$", self.cpu)[0]) * 1024, null)
    memory = try(tonumber(self.memory), tonumber(regex("(?i)^ *([0-9.]+) *gb *$", self.memory)[0]) * 1024, null)
  }
}

# Images that a resource starts.
define "container_images" {
  of = "aws_ecs_task_definition"
  is = [for c in containers(self) : c.image]
}

define "container_images" {
  of = "aws_lambda_function"
  is = self.package_type == "Image" ? [self.image_uri] : []
}

define "container_images" {
  of = "aws_apprunner_service"
  is = [for r in default(self.source_configuration[0].image_repository, []) : r.image_identifier]
}

define "container_images" {
  of = "aws_batch_job_definition"
  is = [try(jsondecode(self.container_properties).image, null)]
}
