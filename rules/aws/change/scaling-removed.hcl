rule "scaling-removed" {
  summary      = "Scaling taken away from something that stays"
  principle    = "change"
  severity     = "warning"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["autoscaling-removed"]
  why          = <<-MD
    Capacity stays where it happens to be at the moment of the apply, be that the least of a quiet night. The next peak meets it unchanged.
  MD
  fix          = "Keep the scaling target and its policies; for a new address, add a `moved` block. If capacity shall be fixed, set it to what a peak needs first."
  notice       = "`CPUUtilization` or the request count climbs while `GroupInServiceInstances` or `RunningTaskCount` stays flat."
  prove        = "Run a load test at twice the usual traffic, and watch that nothing is added."
  references = [
    "AWS Well-Architected REL07-BP01",
    "AWS Well-Architected REL07-BP03",
  ]

  locals {
    group  = is(self, "aws_autoscaling_policy")
    names  = { aws_ecs_service = "name", aws_dynamodb_table = "name", aws_rds_cluster = "cluster_identifier", aws_elasticache_replication_group = "replication_group_id" }
    groups = local.group ? [for g in linked(self, "scales") : after(g) if after(g) != null] : []

    # What it scales, by the end of its text: service/CLUSTER/NAME, table/NAME, cluster:NAME.
    scaled = local.group ? [] : [
      for s in resources("aws_ecs_service", "aws_dynamodb_table", "aws_rds_cluster", "aws_elasticache_replication_group") : s
      if startswith(default(self.scalable_dimension, ""), local.spaces[type(s)])
      && (endswith(self.resource_id, "/${s[local.names[type(s)]]}") || endswith(self.resource_id, ":${s[local.names[type(s)]]}"))
    ]
    spaces = {
      aws_ecs_service = "ecs:", aws_dynamodb_table = "dynamodb:", aws_rds_cluster = "rds:", aws_elasticache_replication_group = "elasticache:"
    }
    targets = [
      for t in resources("aws_appautoscaling_target") : t
      if t.scalable_dimension == self.scalable_dimension && t.resource_id == self.resource_id
    ]
    # Paid by request, a table needs none.
    unscaled = [
      for s in local.scaled : s
      if length(local.targets) == 0 && default(s.billing_mode, "PROVISIONED") == "PROVISIONED"
    ]
    fixed = [
      for g in local.groups : g
      if length(referrers(g, "scales", "aws_autoscaling_policy", "aws_autoscaling_schedule")) == 0
    ]
  }

  for_each = destroyed("aws_appautoscaling_target", "aws_autoscaling_policy")
  when     = length(local.unscaled) > 0 || length(local.fixed) > 0
  message  = "nothing moves the capacity of `${concat(local.unscaled, local.fixed)[0]}` after this plan: it destroys `${self}`"

  label "stays, at the capacity that it happens to have" {
    at = concat(local.unscaled, local.fixed)
  }

  fails "the target goes, the service stays" {
    before {
      resource "aws_ecs_service" "api" {
        name          = "api"
        desired_count = 4
      }

      resource "aws_appautoscaling_target" "api" {
        resource_id        = "service/shop/${aws_ecs_service.api.name}"
        scalable_dimension = "ecs:service:DesiredCount"
        min_capacity       = 4
        max_capacity       = 20
      }
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4
    }
  }

  fails "the only policy of a group goes" {
    before {
      resource "aws_autoscaling_group" "web" {
        name     = "web"
        min_size = 2
        max_size = 8
      }

      resource "aws_autoscaling_policy" "cpu" {
        name                   = "cpu"
        autoscaling_group_name = aws_autoscaling_group.web.name
      }
    }

    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 8
    }
  }

  passes "the target got another name" {
    before {
      resource "aws_ecs_service" "api" {
        name          = "api"
        desired_count = 4
      }

      resource "aws_appautoscaling_target" "this" {
        resource_id        = "service/shop/api"
        scalable_dimension = "ecs:service:DesiredCount"
        min_capacity       = 4
        max_capacity       = 20
      }
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4
    }

    resource "aws_appautoscaling_target" "api" {
      resource_id        = "service/shop/api"
      scalable_dimension = "ecs:service:DesiredCount"
      min_capacity       = 4
      max_capacity       = 20
    }
  }

  passes "another policy is left" {
    before {
      resource "aws_autoscaling_group" "web" {
        name     = "web"
        min_size = 2
        max_size = 8
      }

      resource "aws_autoscaling_policy" "cpu" {
        name                   = "cpu"
        autoscaling_group_name = aws_autoscaling_group.web.name
      }
    }

    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 8
    }

    resource "aws_autoscaling_policy" "requests" {
      name                   = "requests"
      autoscaling_group_name = aws_autoscaling_group.web.name
    }
  }

  passes "the service goes too" {
    before {
      resource "aws_ecs_service" "api" {
        name          = "api"
        desired_count = 4
      }

      resource "aws_appautoscaling_target" "api" {
        resource_id        = "service/shop/${aws_ecs_service.api.name}"
        scalable_dimension = "ecs:service:DesiredCount"
        min_capacity       = 4
        max_capacity       = 20
      }
    }
  }

  passes "a table is paid by request from now on" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name         = "carts"
        billing_mode = "PROVISIONED"
      }

      resource "aws_appautoscaling_target" "carts" {
        resource_id        = "table/carts"
        scalable_dimension = "dynamodb:table:ReadCapacityUnits"
        min_capacity       = 5
        max_capacity       = 100
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name         = "carts"
      billing_mode = "PAY_PER_REQUEST"
    }
  }

  unknown "what the other target scales is not known" {
    before {
      resource "aws_ecs_service" "api" {
        name          = "api"
        desired_count = 4
      }

      resource "aws_appautoscaling_target" "this" {
        resource_id        = "service/shop/api"
        scalable_dimension = "ecs:service:DesiredCount"
        min_capacity       = 4
        max_capacity       = 20
      }
    }

    variable "scaled" { type = string }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4
    }

    resource "aws_appautoscaling_target" "api" {
      resource_id        = var.scaled
      scalable_dimension = "ecs:service:DesiredCount"
      min_capacity       = 4
      max_capacity       = 20
    }
  }
}
