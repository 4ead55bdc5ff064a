rule "ecs-dependency-never-met" {
  summary     = "Container waits for what never happens"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  needs       = "configuration" # a plan alone knows nothing of definitions with an unknown ARN in them
  since       = "2027.1"
  why         = <<-MD
    A container can wait until another one is healthy, or has done its work. One without a health check never becomes healthy, and one that is
    essential takes the task down when it ends: the container that waits never starts, and no task becomes ready.
  MD
  fix         = "Give the other container a `healthCheck`, or set `essential = false` on one that does its work and ends."
  notice      = "Tasks stay in PENDING or stop at once, and the deployment does not end."
  prove       = "Start one task of the definition, and wait for all of its containers."
  references  = ["AWS Well-Architected REL08-BP04", "Amazon ECS API Reference: ContainerDependency"]

  locals {
    waits = flatten([
      for c in containers(self) : [
        for d in try(c.dependsOn, []) : [
          for o in containers(self) : { name = c.name, on = o.name, condition = try(d.condition, null), other = o } if o.name == try(d.containerName, null)
        ]
      ]
    ])
    unhealthy = [for w in local.waits : w if w.condition == "HEALTHY" && w.other.healthCheck == null]
    # A container is essential unless it says otherwise.
    endless = [for w in local.waits : w if contains(["COMPLETE", "SUCCESS"], w.condition) && default(w.other.essential, true)]
    mutual  = [for w in local.waits : w if anytrue([for v in local.waits : v.name == w.on && v.on == w.name])]
  }

  for_each = resources("aws_ecs_task_definition")

  defect "never healthy" {
    when    = length(local.unhealthy) > 0
    at      = "container_definitions"
    message = "`${local.unhealthy[0].name}` of `${self}` never starts: it waits until `${local.unhealthy[0].on}` is healthy, which has no health check"
  }

  defect "ends the task" {
    when    = length(local.endless) > 0
    at      = "container_definitions"
    message = "`${local.endless[0].name}` of `${self}` never starts: it waits for the end of `${local.endless[0].on}`, which is essential and ends the task"
  }

  defect "wait for each other" {
    when    = length(local.mutual) > 0
    at      = "container_definitions"
    message = "`${local.mutual[0].name}` and `${local.mutual[0].on}` of `${self}` wait for each other, and neither starts"
  }

  fails "no health check" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", dependsOn = [{ containerName = "proxy", condition = "HEALTHY" }] },
        { name = "proxy", image = "envoy:1" },
      ])
    }
  }

  fails "waits for the end of what is essential" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", essential = true, dependsOn = [{ containerName = "migrate", condition = "SUCCESS" }] },
        { name = "migrate", image = "shop:1", command = ["migrate"] },
      ])
    }
  }

  fails "each waits for the other" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", dependsOn = [{ containerName = "proxy", condition = "START" }] },
        { name = "proxy", image = "envoy:1", dependsOn = [{ containerName = "app", condition = "START" }] },
      ])
    }
  }

  passes "health check" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", dependsOn = [{ containerName = "proxy", condition = "HEALTHY" }] },
        { name = "proxy", image = "envoy:1", healthCheck = { command = ["CMD-SHELL", "curl -s http://localhost:9901/server_info"] } },
      ])
    }
  }

  passes "work that ends before" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", essential = true, dependsOn = [{ containerName = "migrate", condition = "SUCCESS" }] },
        { name = "migrate", image = "shop:1", essential = false, command = ["migrate"] },
      ])
    }
  }

  passes "order of the start" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", dependsOn = [{ containerName = "logs", condition = "START" }] },
        { name = "logs", image = "fluent-bit:2", essential = true },
      ])
    }
  }

  unknown "the health check is given by the caller" {
    variable "check" {
      type = object({ command = list(string) })
    }

    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", dependsOn = [{ containerName = "proxy", condition = "HEALTHY" }] },
        { name = "proxy", image = "envoy:1", healthCheck = var.check },
      ])
    }
  }
}
