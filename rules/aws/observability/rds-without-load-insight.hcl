rule "rds-without-load-insight" {
  summary   = "Database shows neither its processes nor the statements that load it"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    "CPU at 95%" is where the incident begins. Which statement waits for what is seen in Database Insights, which process takes the
    memory in enhanced monitoring, and neither can be had for the hour before it was switched on.
  MD
  fix       = "Set `performance_insights_enabled = true` (seven days are free of charge), or `monitoring_interval` with a role."
  notice    = "`CPUUtilization` or `DBLoad` is high, and nothing names the statement."
  prove     = "Run a heavy statement in a test copy, and find it without logging in."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Well-Architected PERF03-BP03",
    "AWS Config rds-enhanced-monitoring-enabled",
    "Security Hub RDS.6",
    "AWS Trusted Advisor Amazon RDS DB Instance Enhanced Monitoring not enabled",
    "AWS Trusted Advisor Amazon RDS Enhanced Monitoring is turned off",
    "AWS Trusted Advisor Amazon RDS Performance Insights is turned off",
    "checkov CKV_AWS_118",
    "checkov CKV_AWS_353",
    "trivy AWS-0133, aws-rds-enable-performance-insights",
  ]

  locals {
    # The smallest machines cannot: micro and small ones, and burstable ones in an Aurora cluster.
    small = (
      can(regex("^db\\.t[0-9]g?\\.(micro|small)$", self.instance_class))
      || (is(self, "aws_rds_cluster_instance") && can(regex("^db\\.t[0-9]", self.instance_class)))
    )
    clusters = is(self, "aws_rds_cluster_instance") ? linked(self, "member_of", "aws_rds_cluster") : []
    shown = anytrue([
      for n in concat([self], local.clusters) : (
        default(n.performance_insights_enabled, false) == true
        || default(n.monitoring_interval, 0) > 0
        || n.database_insights_mode == "advanced"
      )
    ])
  }

  for_each = resources("aws_db_instance", "aws_rds_cluster_instance")
  unless   = local.small
  when     = !local.shown
  at       = "performance_insights_enabled"
  message  = "what loads `${self}` cannot be seen: it has neither Database Insights nor enhanced monitoring"

  edit "performance_insights_enabled" {
    to = true
  }

  fails "instance" {
    resource "aws_db_instance" "orders" {
      identifier     = "orders"
      engine         = "postgres"
      instance_class = "db.m7g.large"
    }
  }

  fails "instance of a cluster" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }

    resource "aws_rds_cluster_instance" "writer" {
      identifier                   = "orders-1"
      cluster_identifier           = aws_rds_cluster.orders.id
      engine                       = "aurora-postgresql"
      instance_class               = "db.r7g.large"
      performance_insights_enabled = false
    }
  }

  passes "Database Insights" {
    resource "aws_db_instance" "orders" {
      identifier                   = "orders"
      engine                       = "postgres"
      instance_class               = "db.m7g.large"
      performance_insights_enabled = true
    }
  }

  passes "enhanced monitoring" {
    resource "aws_db_instance" "orders" {
      identifier          = "orders"
      engine              = "postgres"
      instance_class      = "db.m7g.large"
      monitoring_interval = 30
      monitoring_role_arn = "arn:aws:iam::111122223333:role/rds-monitoring"
    }
  }

  passes "the cluster has it for all of its instances" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier           = "orders"
      engine                       = "aurora-postgresql"
      database_insights_mode       = "advanced"
      performance_insights_enabled = true
    }

    resource "aws_rds_cluster_instance" "writer" {
      identifier         = "orders-1"
      cluster_identifier = aws_rds_cluster.orders.id
      engine             = "aurora-postgresql"
      instance_class     = "db.r7g.large"
    }
  }

  passes "too small for it" {
    resource "aws_db_instance" "wiki" {
      identifier     = "wiki"
      engine         = "mysql"
      instance_class = "db.t4g.micro"
    }
  }

  unknown "given by the caller" {
    variable "insights" { type = bool }

    resource "aws_db_instance" "orders" {
      identifier                   = "orders"
      engine                       = "postgres"
      instance_class               = "db.m7g.large"
      performance_insights_enabled = var.insights
    }
  }
}
