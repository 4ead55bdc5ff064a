rule "ecs-zone-rebalancing-off" {
  summary    = "ECS service stays lopsided after a zone has failed"
  principle  = "redundancy"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    When a zone fails, its tasks are started in the others, and they stay there when it is back. The next failure then takes more
    than its share.
  MD
  fix        = "Set `availability_zone_rebalancing = \"ENABLED\"`."
  notice     = "All tasks stand in the zones that survived, days after the failed one is back."
  prove      = "Cut a zone off and let it back with `aws:network:disrupt-connectivity`, and count the tasks by zone an hour later."
  references = ["AWS Well-Architected REL10-BP01", "Amazon ECS: balancing a service across Availability Zones"]

  # ECS rebalances only what may run more tasks for a while.
  for_each = resources("aws_ecs_service")
  unless   = !serves(self) || self.scheduling_strategy == "DAEMON" || default(self.deployment_maximum_percent, 200) <= 100 || copies(self) < 2
  when     = self.availability_zone_rebalancing == "DISABLED"
  at       = "availability_zone_rebalancing"
  message  = "the tasks of `${self}` are not spread again when a zone is back"

  edit "availability_zone_rebalancing" {
    to = "ENABLED"
  }

  fails "switched off" {
    resource "aws_ecs_service" "api" {
      name                          = "api"
      desired_count                 = 4
      availability_zone_rebalancing = "DISABLED"

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "on" {
    resource "aws_ecs_service" "api" {
      name                          = "api"
      desired_count                 = 4
      availability_zone_rebalancing = "ENABLED"

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "left to ECS" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "no room for a task more" {
    resource "aws_ecs_service" "api" {
      name                               = "api"
      desired_count                      = 4
      availability_zone_rebalancing      = "DISABLED"
      deployment_minimum_healthy_percent = 50
      deployment_maximum_percent         = 100

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "rebalancing" { type = string }

    resource "aws_ecs_service" "api" {
      name                          = "api"
      desired_count                 = 4
      availability_zone_rebalancing = var.rebalancing

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }
}
