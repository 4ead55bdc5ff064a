rule "ec2-instance-without-status-alarm" {
  summary    = "Machine that serves or keeps data and may fail its checks unseen"
  principle  = "observability"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    No group replaces this machine. When its system or its host fails, the check says so after a minute or two, to whoever listens.
  MD
  fix        = "Alarm on `StatusCheckFailed`, with the action `arn:aws:automate:REGION:ec2:recover` or `reboot` beside the notification."
  notice     = "`StatusCheckFailed` is 1, and nobody is told."
  prove      = "Stop the machine's network inside with `aws:ssm:send-command`, and wait for a message."
  references = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL11-BP01", "Amazon CloudWatch User Guide: Recommended alarms"]

  locals {
    uses = concat(referrers(self, "targets"), referrers(self, "resolves_to"), linked(self, "mounts"), referrers(self, "routes_to"))
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  # A machine on which nothing here depends may be a tool.
  for_each = resources("aws_instance")
  unless   = is_watched_elsewhere(self)
  when     = length(local.uses) > 0 && length(default(told(self).loss, [])) == 0
  message  = "nobody is told when `${self}` fails its checks: no alarm on StatusCheckFailed"

  label "depends on it" {
    at = local.uses
  }

  fails "behind a load balancer" {
    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.small"
    }

    resource "aws_lb_target_group" "web" {
      name = "web"
    }

    resource "aws_lb_target_group_attachment" "web" {
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web.id
    }
  }

  fails "only its CPU is watched" {
    resource "aws_instance" "files" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.small"
    }

    resource "aws_volume_attachment" "files" {
      device_name = "/dev/sdf"
      instance_id = aws_instance.files.id
      volume_id   = aws_ebs_volume.files.id
    }

    resource "aws_ebs_volume" "files" {
      availability_zone = "eu-west-1a"
      size              = 100
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "files-cpu"
      namespace   = "AWS/EC2"
      metric_name = "CPUUtilization"
      dimensions = {
        InstanceId = aws_instance.files.id
      }
    }
  }

  passes "checks are watched" {
    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.small"
    }

    resource "aws_lb_target_group" "web" {
      name = "web"
    }

    resource "aws_lb_target_group_attachment" "web" {
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web.id
    }

    resource "aws_cloudwatch_metric_alarm" "check" {
      alarm_name  = "web-check"
      namespace   = "AWS/EC2"
      metric_name = "StatusCheckFailed"
      dimensions = {
        InstanceId = aws_instance.web.id
      }
    }
  }

  passes "nothing depends on it" {
    resource "aws_instance" "bastion" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.nano"
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_instance" "web" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.small"
    }

    resource "aws_lb_target_group_attachment" "web" {
      target_group_arn = aws_lb_target_group.web.arn
      target_id        = aws_instance.web.id
    }

    resource "aws_lb_target_group" "web" {
      name = "web"
    }

    resource "aws_cloudwatch_metric_alarm" "web" {
      alarm_name  = "web"
      namespace   = "AWS/EC2"
      metric_name = var.metric
      dimensions = {
        InstanceId = aws_instance.web.id
      }
    }
  }
}
