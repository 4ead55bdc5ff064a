rule "workload-spot-only" {
  summary   = "Requests are served by Spot capacity alone"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    AWS takes Spot capacity back on two minutes' notice, often from many machines of one type at once, and there may be none to
    replace it. What serves requests then has no floor.
  MD
  fix       = "Keep the floor on demand: a base in the strategy, `on_demand_base_capacity`, or a node group on demand."
  notice    = "`GroupInServiceInstances` or `RunningTaskCount` falls to 0 when Spot capacity is taken back."
  prove     = "Interrupt all of it with `aws:ec2:send-spot-instance-interruptions`, and see what answers."
  references = [
    "AWS Well-Architected REL07-BP02",
    "Amazon EC2: best practices for Spot Instances",
  ]

  locals {
    distribution = self.mixed_instances_policy[0].instances_distribution[0]
    mixed        = length(default(self.mixed_instances_policy, [])) > 0
    spot_group = (
      local.mixed && default(local.distribution.on_demand_base_capacity, 0) == 0
      && default(local.distribution.on_demand_percentage_above_base_capacity, 100) == 0
    )

    # Of a template: groups that take every machine from it.
    spot_template = self.instance_market_options[0].market_type == "spot"
    from_template = [
      for g in local.spot_template ? referrers(self, "uses", "aws_autoscaling_group") : [] : g
      if serves(g) && length(default(g.mixed_instances_policy, [])) == 0
    ]

    used       = [for s in default(self.capacity_provider_strategy, []) : s.capacity_provider if default(s.weight, 0) > 0 || default(s.base, 0) > 0]
    spot_tasks = length(local.used) > 0 && alltrue([for p in local.used : p == "FARGATE_SPOT"])

    groups     = referrers(self, "member_of", "aws_eks_node_group")
    other      = length(referrers(self, "member_of", "aws_eks_fargate_profile")) > 0 || self.compute_config[0].enabled == true
    spot_nodes = length(local.groups) > 0 && alltrue([for g in local.groups : g.capacity_type == "SPOT"])
  }

  for_each = resources("aws_autoscaling_group", "aws_launch_template", "aws_ecs_service", "aws_eks_cluster")

  defect "group" {
    when    = is(self, "aws_autoscaling_group") && serves(self) && local.spot_group
    at      = "mixed_instances_policy"
    message = "`${self}` takes requests and may lose all of its machines within two minutes"
  }

  defect "template" {
    when    = is(self, "aws_launch_template") && local.spot_template && length(local.from_template) > 0
    at      = "instance_market_options"
    message = "`${local.from_template[0]}` takes requests and may lose all of its machines within two minutes"

    label "starts all of its machines from it" {
      at = local.from_template
    }
  }

  defect "service" {
    when    = is(self, "aws_ecs_service") && serves(self) && local.spot_tasks
    at      = "capacity_provider_strategy"
    message = "`${self}` takes requests and may lose all of its tasks within two minutes"
  }

  defect "cluster" {
    when    = is(self, "aws_eks_cluster") && !local.other && local.spot_nodes
    message = "all nodes of `${self}` are Spot capacity, also those of its DNS and its controllers"

    label "Spot" {
      at        = local.groups
      attribute = "capacity_type"
    }
  }

  fails "group behind a load balancer" {
    resource "aws_lb_target_group" "web" {
      port     = 80
      protocol = "HTTP"
      vpc_id   = "vpc-0a1b2c3d"
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 8
      target_group_arns = [aws_lb_target_group.web.arn]

      mixed_instances_policy {
        instances_distribution {
          on_demand_base_capacity                  = 0
          on_demand_percentage_above_base_capacity = 0
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }

  fails "template of a group behind a load balancer" {
    resource "aws_launch_template" "web" {
      image_id = "ami-0a1b2c3d"

      instance_market_options {
        market_type = "spot"
      }
    }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]

      launch_template {
        id = aws_launch_template.web.id
      }
    }
  }

  fails "tasks behind a load balancer" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      capacity_provider_strategy {
        capacity_provider = "FARGATE_SPOT"
        weight            = 1
      }

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  fails "all nodes of a cluster" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_node_group" "spot" {
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      capacity_type = "SPOT"

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }
    }
  }

  passes "a base on demand" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      capacity_provider_strategy {
        capacity_provider = "FARGATE"
        base              = 2
        weight            = 0
      }

      capacity_provider_strategy {
        capacity_provider = "FARGATE_SPOT"
        weight            = 1
      }

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "workers, which take work again" {
    resource "aws_ecs_service" "worker" {
      name          = "worker"
      desired_count = 4

      capacity_provider_strategy {
        capacity_provider = "FARGATE_SPOT"
        weight            = 1
      }
    }
  }

  passes "a node group on demand beside the Spot one" {
    resource "aws_eks_cluster" "main" {
      name     = "main"
      role_arn = "arn:aws:iam::111122223333:role/eks"

      vpc_config {
        subnet_ids = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      }
    }

    resource "aws_eks_node_group" "group" {
      for_each      = toset(["ON_DEMAND", "SPOT"])
      cluster_name  = aws_eks_cluster.main.name
      node_role_arn = "arn:aws:iam::111122223333:role/node"
      subnet_ids    = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
      capacity_type = each.key

      scaling_config {
        min_size     = 2
        max_size     = 8
        desired_size = 2
      }
    }
  }

  passes "half of the group on demand" {
    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = 50
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }

  unknown "share is given by the caller" {
    variable "on_demand" { type = number }

    resource "aws_autoscaling_group" "web" {
      min_size          = 2
      max_size          = 8
      target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"]

      mixed_instances_policy {
        instances_distribution {
          on_demand_percentage_above_base_capacity = var.on_demand
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }
}
