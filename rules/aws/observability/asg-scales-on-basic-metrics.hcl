rule "asg-scales-on-basic-metrics" {
  summary   = "Group scales by metrics that come every five minutes"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    With basic monitoring a machine reports its CPU every five minutes. Scaling, and whoever watches the graph, learns of a rush when
    it has lasted that long, and new machines come later still.
  MD
  fix       = "Add `monitoring { enabled = true }` to the launch template."
  notice    = "Machines are added five minutes after `CPUUtilization` rose."
  prove     = "Raise the load with the document `AWSFIS-Run-CPU-Stress`, and time the first new machine."
  references = [
    "AWS Well-Architected REL07-BP03",
    "AWS Config ec2-instance-detailed-monitoring-enabled",
    "AWS Trusted Advisor Amazon EC2 detailed monitoring not enabled",
    "checkov CKV_AWS_126",
  ]

  locals {
    policies = [
      for p in referrers(self, "scales", "aws_autoscaling_policy") : p
      if anytrue(flatten([
        for t in default(p.target_tracking_configuration, []) : [
          for m in default(t.predefined_metric_specification, []) :
          contains(["ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut"], default(m.predefined_metric_type, ""))
        ]
      ]))
    ]
    # Launch configurations ask for detailed monitoring by themselves.
    templates = refs([self.launch_template, self.mixed_instances_policy, self.launch_configuration], "aws_launch_template", "aws_launch_configuration")
    slow = [
      for t in local.templates : t
      if is(t, "aws_launch_template") ? default(t.monitoring[0].enabled, false) != true : t.enable_monitoring == false
    ]
  }

  for_each = resources("aws_autoscaling_group")
  when     = length(local.policies) > 0 && length(local.slow) > 0
  message  = "`${self}` scales by metrics that `${local.slow[0]}` makes five minutes old"

  label "scales by a metric of its machines" {
    at = local.policies
  }

  label "asks for no detailed monitoring" {
    at = local.slow
  }

  fails "CPU, every five minutes" {
    resource "aws_launch_template" "web" {
      name     = "web"
      image_id = "ami-0123456789abcdef0"
    }

    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6

      launch_template {
        id      = aws_launch_template.web.id
        version = "$Latest"
      }
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 60

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }

  passes "CPU, every minute" {
    resource "aws_launch_template" "web" {
      name     = "web"
      image_id = "ami-0123456789abcdef0"

      monitoring {
        enabled = true
      }
    }

    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6

      launch_template {
        id      = aws_launch_template.web.id
        version = "$Latest"
      }
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 60

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }

  passes "requests, which the load balancer counts" {
    resource "aws_launch_template" "web" {
      name     = "web"
      image_id = "ami-0123456789abcdef0"
    }

    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6

      launch_template {
        id      = aws_launch_template.web.id
        version = "$Latest"
      }
    }

    resource "aws_autoscaling_policy" "requests" {
      name                   = "requests"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 500

        predefined_metric_specification {
          predefined_metric_type = "ALBRequestCountPerTarget"
          resource_label         = "app/api/0123456789abcdef/targetgroup/web/0123456789abcdef"
        }
      }
    }
  }

  passes "launch configuration" {
    resource "aws_launch_configuration" "web" {
      name          = "web"
      image_id      = "ami-0123456789abcdef0"
      instance_type = "m5.large"
    }

    resource "aws_autoscaling_group" "web" {
      name                 = "web"
      min_size             = 2
      max_size             = 6
      launch_configuration = aws_launch_configuration.web.name
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 60

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "detailed_monitoring" { type = bool }

    resource "aws_launch_template" "web" {
      name     = "web"
      image_id = "ami-0123456789abcdef0"

      monitoring {
        enabled = var.detailed_monitoring
      }
    }

    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6

      launch_template {
        id      = aws_launch_template.web.id
        version = "$Latest"
      }
    }

    resource "aws_autoscaling_policy" "cpu" {
      name                   = "cpu"
      autoscaling_group_name = aws_autoscaling_group.web.name
      policy_type            = "TargetTrackingScaling"

      target_tracking_configuration {
        target_value = 60

        predefined_metric_specification {
          predefined_metric_type = "ASGAverageCPUUtilization"
        }
      }
    }
  }
}
