rule "ecs-without-container-insights" {
  summary   = "ECS cluster without Container Insights"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Without it CloudWatch knows the average CPU and memory of a service and nothing else: not how many of its tasks run, nor which
    one restarts, nor how full its disk and network are.
  MD
  fix       = "Add `setting { name = \"containerInsights\", value = \"enabled\" }`, or `enhanced`."
  notice    = "`RunningTaskCount` and the memory of single tasks have no data."
  prove     = "Stop a task with `aws:ecs:stop-task`, and look for a metric that shows it."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Well-Architected PERF02-BP03",
    "AWS Config ecs-container-insights-enabled",
    "Security Hub ECS.12",
    "AWS Trusted Advisor Amazon ECS clusters with Container Insights disabled",
    "checkov CKV_AWS_65",
    "trivy AWS-0034, aws-ecs-enable-container-insight",
  ]

  for_each = resources("aws_ecs_cluster")
  when     = !has_container_insights(self)
  at       = "setting"
  message  = "how many tasks run in `${self}`, and which of them restart, cannot be seen"

  edit "setting" {
    to   = { name = "containerInsights", value = "enabled" }
    when = !anytrue([for s in default(self.setting, []) : s.name == "containerInsights"])
  }

  edit "setting.value" {
    to   = "enabled"
    when = anytrue([for s in default(self.setting, []) : s.name == "containerInsights"])
  }

  fails "left out" {
    resource "aws_ecs_cluster" "main" {
      name = "main"
    }
  }

  fails "disabled, whatever the account says" {
    resource "aws_ecs_account_setting_default" "insights" {
      name  = "containerInsights"
      value = "enhanced"
    }

    resource "aws_ecs_cluster" "main" {
      name = "main"

      setting {
        name  = "containerInsights"
        value = "disabled"
      }
    }
  }

  passes "enhanced" {
    resource "aws_ecs_cluster" "main" {
      name = "main"

      setting {
        name  = "containerInsights"
        value = "enhanced"
      }
    }
  }

  passes "by the account" {
    resource "aws_ecs_account_setting_default" "insights" {
      name  = "containerInsights"
      value = "enabled"
    }

    resource "aws_ecs_cluster" "main" {
      name = "main"
    }
  }

  unknown "given by the caller" {
    variable "container_insights" { type = string }

    resource "aws_ecs_cluster" "main" {
      name = "main"

      setting {
        name  = "containerInsights"
        value = var.container_insights
      }
    }
  }
}
