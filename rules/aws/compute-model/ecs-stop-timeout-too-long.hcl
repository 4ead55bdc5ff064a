rule "ecs-stop-timeout-too-long" {
  summary     = "Container wants more time to stop than Fargate gives"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Fargate gives a container at most 120 seconds between the signal to stop and the end. ECS refuses a task that asks for more, in the middle of an apply.
  MD
  fix         = "Set `stopTimeout` to 120 or less, and let work that takes longer be taken up again by another task."
  notice      = "Tasks end with exit code 137 after 120 seconds during deployments."
  prove       = "Stop a task at work with `aws:ecs:stop-task`, and check whether its work was finished or cut off."
  references  = ["AWS Well-Architected REL05-BP06", "Amazon ECS API Reference: ContainerDefinition, stopTimeout"]

  locals {
    slow = [for c in containers(self) : c if c.stopTimeout != null && c.stopTimeout > 120]
  }

  for_each = resources("aws_ecs_task_definition")
  unless   = !contains(default(self.requires_compatibilities, []), "FARGATE")
  when     = length(local.slow) > 0
  at       = "container_definitions"
  message  = "`${self}` wants ${local.slow[0].stopTimeout} s to stop, and Fargate gives 120 s"

  fails "five minutes" {
    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["FARGATE"]
      cpu                      = "256"
      memory                   = "512"
      container_definitions    = jsonencode([{ name = "worker", image = "worker:1.4.2", stopTimeout = 300 }])
    }
  }

  passes "two minutes" {
    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["FARGATE"]
      cpu                      = "256"
      memory                   = "512"
      container_definitions    = jsonencode([{ name = "worker", image = "worker:1.4.2", stopTimeout = 120 }])
    }
  }

  passes "machines of one's own" {
    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["EC2"]
      container_definitions    = jsonencode([{ name = "worker", image = "worker:1.4.2", memory = 512, stopTimeout = 300 }])
    }
  }

  unknown "given by the caller" {
    variable "stop_timeout" { type = number }

    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["FARGATE"]
      cpu                      = "256"
      memory                   = "512"
      container_definitions    = jsonencode([{ name = "worker", image = "worker:1.4.2", stopTimeout = var.stop_timeout }])
    }
  }
}
