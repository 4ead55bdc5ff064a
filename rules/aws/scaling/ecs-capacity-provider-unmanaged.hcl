rule "ecs-capacity-provider-unmanaged" {
  summary    = "ECS machines do not follow the tasks"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    The capacity provider leaves the number of machines alone, and no policy moves the group. When the service scales, its new tasks
    find no machine and stay pending.
  MD
  fix        = "Set `managed_scaling { status = \"ENABLED\" }`, or scale the group by the reservation of the cluster."
  notice     = "Tasks stay PENDING with `RESOURCE:CPU` or `RESOURCE:MEMORY` in the service's events."
  prove      = "Double the desired count of a test service, and see whether machines are added."
  references = ["AWS Well-Architected REL07-BP01", "Amazon ECS: cluster auto scaling"]

  locals {
    managed = self.auto_scaling_group_provider[0].managed_scaling[0].status
    groups  = linked(self, "runs_on", "aws_autoscaling_group")
    movers  = flatten([for g in local.groups : referrers(g, "scales")])
  }

  for_each = resources("aws_ecs_capacity_provider")
  when     = local.managed == "DISABLED" && length(local.groups) > 0 && length(local.movers) == 0
  at       = "auto_scaling_group_provider.managed_scaling"
  message  = "nothing starts a machine when the tasks on `${self}` need one"

  edit "auto_scaling_group_provider.managed_scaling.status" {
    to = "ENABLED"
  }

  label "keeps its number of machines" {
    at = local.groups
  }

  fails "switched off" {
    resource "aws_autoscaling_group" "hosts" {
      min_size = 2
      max_size = 8
    }

    resource "aws_ecs_capacity_provider" "hosts" {
      name = "hosts"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.hosts.arn

        managed_scaling {
          status = "DISABLED"
        }
      }
    }
  }

  passes "managed" {
    resource "aws_autoscaling_group" "hosts" {
      min_size = 2
      max_size = 8
    }

    resource "aws_ecs_capacity_provider" "hosts" {
      name = "hosts"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.hosts.arn

        managed_scaling {
          status          = "ENABLED"
          target_capacity = 90
        }
      }
    }
  }

  passes "a policy of its own" {
    resource "aws_autoscaling_group" "hosts" {
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "reservation" {
      name                   = "reservation"
      autoscaling_group_name = aws_autoscaling_group.hosts.name
      policy_type            = "StepScaling"
    }

    resource "aws_ecs_capacity_provider" "hosts" {
      name = "hosts"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.hosts.arn

        managed_scaling {
          status = "DISABLED"
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "managed" { type = string }

    resource "aws_autoscaling_group" "hosts" {
      min_size = 2
      max_size = 8
    }

    resource "aws_ecs_capacity_provider" "hosts" {
      name = "hosts"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.hosts.arn

        managed_scaling {
          status = var.managed
        }
      }
    }
  }
}
