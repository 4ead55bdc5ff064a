rule "workload-capacity-without-alarm" {
  summary    = "Service or group that may lose its tasks or machines unseen"
  principle  = "observability"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Tasks that crash in a circle and machines that cannot be launched are replaced, again and again, by something that never complains.
    Alarms that only move capacity tell nobody.
  MD
  fix        = "Alarm on `CPUUtilization`, `MemoryUtilization` or `RunningTaskCount` of the service, `GroupInServiceInstances` of the group, or `UnHealthyHostCount` of its target group."
  notice     = "`RunningTaskCount` or `GroupInServiceInstances` falls below what is desired, and nobody is told."
  prove      = "Stop tasks with `aws:ecs:stop-task` or machines with `aws:ec2:terminate-instances` faster than they come back, and wait for a message."
  references = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL11-BP01", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    targets = referrers(self, "targets", "target_group", "aws_elb")
    alarms = concat(
      alarms(self),
      flatten([for t in local.targets : alarms(t)]),
      flatten([for t in local.targets : [for l in referrers(t, "forwards", "load_balancer") : alarms(l)]]),
      # What a worker does not do waits: the age of its messages tells.
      flatten([for q in linked(self, "consumes", "aws_sqs_queue") : default(told(q).delay, [])]),
    )
    # A deployment that rolls back on an alarm is told by it.
    deployed_by = concat(
      flatten([for x in default(self.alarms, []) : default(x.alarm_names, [])]),
      referrers(self, "refers", "aws_autoscaling_notification"),
      referrers(self, "runs_on", "aws_ecs_capacity_provider"),
    )
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("aws_ecs_service", "aws_autoscaling_group")
  unless   = is_watched_elsewhere(self) || length(local.deployed_by) > 0
  when     = length(local.alarms) == 0
  message  = "nobody is told when `${self}` loses what it runs: no alarm on it or on its target groups"

  label "sends its traffic there" {
    at = local.targets
  }

  fails "service" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      cluster       = "main"
      desired_count = 3
    }
  }

  fails "group with an alarm that only scales it" {
    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6
    }

    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = aws_autoscaling_group.web.name
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "web-cpu"
      namespace     = "AWS/EC2"
      metric_name   = "CPUUtilization"
      alarm_actions = [aws_autoscaling_policy.out.arn]
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }

  passes "service whose memory is watched" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      cluster       = "main"
      desired_count = 3
    }

    resource "aws_cloudwatch_metric_alarm" "memory" {
      alarm_name    = "api-memory"
      namespace     = "AWS/ECS"
      metric_name   = "MemoryUtilization"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        ClusterName = "main"
        ServiceName = aws_ecs_service.api.name
      }
    }
  }

  passes "its target group is watched" {
    resource "aws_lb_target_group" "web" {
      name = "web"
    }

    resource "aws_autoscaling_group" "web" {
      name              = "web"
      min_size          = 2
      max_size          = 6
      target_group_arns = [aws_lb_target_group.web.arn]
    }

    resource "aws_cloudwatch_metric_alarm" "unhealthy" {
      alarm_name    = "web-unhealthy"
      namespace     = "AWS/ApplicationELB"
      metric_name   = "UnHealthyHostCount"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
        TargetGroup  = aws_lb_target_group.web.arn_suffix
      }
    }
  }

  passes "worker whose queue is watched" {
    resource "aws_sqs_queue" "jobs" {
      name = "jobs"
    }

    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "worker" {
      role = aws_iam_role.worker.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource = aws_sqs_queue.jobs.arn }]
      })
    }

    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      task_role_arn         = aws_iam_role.worker.arn
      container_definitions = jsonencode([{ name = "worker", image = "worker:1.4.2", environment = [{ name = "QUEUE_URL", value = aws_sqs_queue.jobs.url }] }])
    }

    resource "aws_ecs_service" "worker" {
      name            = "worker"
      cluster         = "main"
      desired_count   = 2
      task_definition = aws_ecs_task_definition.worker.arn
    }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name  = "jobs-age"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = aws_sqs_queue.jobs.name
      }
    }
  }

  passes "machines of a cluster, which its services tell of" {
    resource "aws_autoscaling_group" "cluster" {
      name     = "cluster"
      min_size = 2
      max_size = 6
    }

    resource "aws_ecs_capacity_provider" "cluster" {
      name = "cluster"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.cluster.arn
      }
    }
  }

  passes "the group tells of failed launches itself" {
    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6
    }

    resource "aws_autoscaling_notification" "web" {
      group_names   = [aws_autoscaling_group.web.name]
      notifications = ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"]
      topic_arn     = "arn:aws:sns:eu-west-1:111122223333:oncall"
    }
  }

  unknown "whether there are alarms is given by the caller" {
    variable "alarms" { type = bool }

    resource "aws_ecs_service" "api" {
      name          = "api"
      cluster       = "main"
      desired_count = 3
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      count         = var.alarms ? 1 : 0
      alarm_name    = "api-cpu"
      namespace     = "AWS/ECS"
      metric_name   = "CPUUtilization"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
      dimensions = {
        ClusterName = "main"
        ServiceName = aws_ecs_service.api.name
      }
    }
  }
}
