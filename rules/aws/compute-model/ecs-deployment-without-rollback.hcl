rule "ecs-deployment-without-rollback" {
  summary     = "ECS deployment never gives up on a broken release"
  principle   = "compute-model"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Without a circuit breaker ECS starts tasks of a broken image again and again. The release neither succeeds nor
    fails, and capacity is short until somebody looks.
  MD
  fix         = "Add `deployment_circuit_breaker` with `enable` and `rollback`, or `alarms` with both."
  notice      = "The service's deployment stays IN_PROGRESS for hours while tasks start and stop."
  prove       = "Deploy an image that exits at once to a test service, and see when ECS gives up."
  references  = ["AWS Well-Architected REL08-BP05", "Amazon ECS Developer Guide: Deployment circuit breaker"]

  locals {
    breaker = self.deployment_circuit_breaker[0].enable == true && self.deployment_circuit_breaker[0].rollback == true
    alarms  = self.alarms[0].enable == true && self.alarms[0].rollback == true
  }

  # Other controllers have their own way back.
  for_each = resources("aws_ecs_service")
  unless   = default(self.deployment_controller[0].type, "ECS") != "ECS"
  when     = !local.breaker && !local.alarms
  at       = "deployment_circuit_breaker"
  message  = "a broken release of `${self}` is started again and again, and never taken back"

  edit "deployment_circuit_breaker.enable" {
    to = true
  }

  edit "deployment_circuit_breaker.rollback" {
    to = true
  }

  fails "left out" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 2
    }
  }

  fails "stops without going back" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 2

      deployment_circuit_breaker {
        enable   = true
        rollback = false
      }
    }
  }

  passes "circuit breaker" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 2

      deployment_circuit_breaker {
        enable   = true
        rollback = true
      }
    }
  }

  passes "alarms take it back" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 2

      alarms {
        enable      = true
        rollback    = true
        alarm_names = ["api-errors"]
      }
    }
  }

  passes "CodeDeploy" {
    resource "aws_ecs_service" "api" {
      name = "api"

      deployment_controller {
        type = "CODE_DEPLOY"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "rollback" { type = bool }

    resource "aws_ecs_service" "api" {
      name = "api"

      deployment_circuit_breaker {
        enable   = true
        rollback = var.rollback
      }
    }
  }
}
