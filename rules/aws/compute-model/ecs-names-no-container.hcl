rule "ecs-names-no-container" {
  summary     = "Task or service names a container or port that is not there"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  needs       = "configuration" # a plan alone knows nothing of definitions with an unknown ARN in them
  since       = "2027.1"
  why         = <<-MD
    A service hands traffic to one port of one container of its task, and a container may wait for another one. ECS refuses names and ports
    that the task definition lacks, in the middle of an apply, and the release does not get out.
  MD
  fix         = "Write the name and the port as they stand in `container_definitions`."
  notice      = "`CreateService` or `RegisterTaskDefinition` answers `InvalidParameterException` or `ClientException`."
  prove       = "Apply to a test account."
  references  = ["AWS Well-Architected REL08-BP04", "Amazon ECS API Reference: LoadBalancer", "Amazon ECS API Reference: ContainerDependency"]

  locals {
    parts = is(self, "aws_ecs_service") ? flatten([for t in refs(self.task_definition, "aws_ecs_task_definition") : containers(t)]) : containers(self)
    names = [for c in local.parts : c.name]
    strange = is(self, "aws_ecs_service") ? [
      for b in default(self.load_balancer, []) : b.container_name if b.container_name != null && !contains(local.names, b.container_name)
    ] : flatten([for c in local.parts : [for d in try(c.dependsOn, []) : d.containerName if !contains(local.names, d.containerName)]])
    closed = is(self, "aws_ecs_service") ? flatten([
      for b in default(self.load_balancer, []) : [
        for c in local.parts : { name = c.name, port = b.container_port }
        if(
          c.name == b.container_name
          && b.container_port != null
          && !anytrue([for m in try(c.portMappings, []) : can(m.containerPortRange) || try(m.containerPort, null) == b.container_port])
        )
      ]
    ]) : []
  }

  for_each = resources("aws_ecs_service", "aws_ecs_task_definition")
  unless   = length(local.parts) == 0

  defect "container of a service" {
    when    = is(self, "aws_ecs_service") && length(local.strange) > 0
    at      = "load_balancer.container_name"
    message = "ECS refuses `${self}`: there is no container `${local.strange[0]}`, only `${join("`, `", distinct(local.names))}`"
  }

  defect "container of a task" {
    when    = is(self, "aws_ecs_task_definition") && length(local.strange) > 0
    at      = "container_definitions"
    message = "ECS refuses `${self}`: there is no container `${local.strange[0]}` to wait for, only `${join("`, `", distinct(local.names))}`"
  }

  defect "port" {
    when    = length(local.closed) > 0
    at      = "load_balancer.container_port"
    message = "ECS refuses `${self}`: container `${local.closed[0].name}` has no port ${local.closed[0].port}"
  }

  fails "container of a service" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2", portMappings = [{ containerPort = 8080 }] }])
    }

    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.web.arn

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
        container_name   = "web"
        container_port   = 8080
      }
    }
  }

  fails "port of a container" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2", portMappings = [{ containerPort = 8080 }] }])
    }

    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.web.arn

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
        container_name   = "app"
        container_port   = 80
      }
    }
  }

  fails "container that another one waits for" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2", dependsOn = [{ containerName = "init", condition = "SUCCESS" }] }])
    }
  }

  passes "container and port" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2", portMappings = [{ containerPort = 8080 }] }])
    }

    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.web.arn

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
        container_name   = "app"
        container_port   = 8080
      }
    }
  }

  passes "a range of ports" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2", portMappings = [{ containerPortRange = "8000-8100" }] }])
    }

    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.web.arn

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
        container_name   = "app"
        container_port   = 8080
      }
    }
  }

  passes "container that is there" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2", dependsOn = [{ containerName = "init", condition = "SUCCESS" }] }, { name = "init", image = "init:1.4.2", essential = false }])
    }
  }

  unknown "container is given by the caller" {
    variable "container" { type = string }

    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2", portMappings = [{ containerPort = 8080 }] }])
    }

    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.web.arn

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
        container_name   = var.container
        container_port   = 8080
      }
    }
  }

  unknown "definitions are given by the caller" {
    variable "containers" { type = string }

    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = var.containers
    }

    resource "aws_ecs_service" "web" {
      name            = "web"
      cluster         = "shop"
      task_definition = aws_ecs_task_definition.web.arn

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/73e2d6bc24d8a067"
        container_name   = "app"
        container_port   = 8080
      }
    }
  }
}
