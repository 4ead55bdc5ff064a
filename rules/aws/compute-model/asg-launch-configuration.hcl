rule "asg-launch-configuration" {
  summary     = "Auto Scaling group starts machines from a launch configuration"
  principle   = "compute-model"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Launch configurations know no instance type that came after 2022, and accounts made since October 2024 cannot create one: the configuration cannot be brought
    up in a new account, as a recovery may need.
  MD
  fix         = "Use an `aws_launch_template`, and name it in `launch_template` of the group."
  notice      = "No metric shows it: new instance types and settings are refused in the launch configuration."
  prove       = "Try to start the group in a new account, where launch configurations cannot be created."
  references = [
    "AWS Well-Architected REL08-BP04",
    "AWS Config autoscaling-launch-template",
    "Security Hub AutoScaling.9",
    "AWS Trusted Advisor Amazon EC2 Auto Scaling Group is not Associated with a Launch Template",
    "checkov CKV_AWS_315",
    "Amazon EC2 Auto Scaling User Guide: Auto Scaling launch configurations",
  ]

  for_each = resources("aws_autoscaling_group")
  when     = default(self.launch_configuration, "") != ""
  at       = "launch_configuration"
  message  = "`${self}` starts machines from a launch configuration, which new accounts cannot have"

  label "launch configuration" {
    at = linked(self, "uses", "aws_launch_configuration")
  }

  fails "launch configuration" {
    resource "aws_launch_configuration" "web" {
      name_prefix   = "web-"
      image_id      = "ami-0123456789abcdef0"
      instance_type = "m5.large"
    }

    resource "aws_autoscaling_group" "web" {
      min_size             = 2
      max_size             = 6
      launch_configuration = aws_launch_configuration.web.name
    }
  }

  fails "by its name" {
    resource "aws_autoscaling_group" "web" {
      min_size             = 2
      max_size             = 6
      launch_configuration = "web-2019"
    }
  }

  passes "launch template" {
    resource "aws_launch_template" "web" {
      name_prefix   = "web-"
      image_id      = "ami-0123456789abcdef0"
      instance_type = "m7g.large"
    }

    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 6

      launch_template {
        id      = aws_launch_template.web.id
        version = aws_launch_template.web.latest_version
      }
    }
  }

  passes "several types of machines" {
    resource "aws_autoscaling_group" "web" {
      min_size = 2
      max_size = 6

      mixed_instances_policy {
        launch_template {
          launch_template_specification {
            launch_template_id = "lt-0a1b2c3d"
          }
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "launch_configuration" { type = string }

    resource "aws_autoscaling_group" "web" {
      min_size             = 2
      max_size             = 6
      launch_configuration = var.launch_configuration
    }
  }
}
