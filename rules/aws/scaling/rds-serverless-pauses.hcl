rule "rds-serverless-pauses" {
  summary    = "Aurora Serverless may pause, and the next request waits"
  principle  = "scaling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    After a quiet spell the cluster scales to zero. The first connection then waits some fifteen seconds or more for it to come back,
    which is longer than many clients wait.
  MD
  fix        = "Set `min_capacity` to 0.5 or more (serverless v1: `auto_pause = false`) where people wait for the answer."
  notice     = "`ServerlessDatabaseCapacity` is 0, and the first request takes many seconds."
  prove      = "Leave a test cluster alone until it pauses, and time the next request."
  references = ["AWS Well-Architected REL07-BP01", "Amazon Aurora: automatic pause and resume for Aurora Serverless v2"]

  for_each = resources("aws_rds_cluster")

  defect "v2" {
    when    = self.serverlessv2_scaling_configuration[0].min_capacity == 0
    at      = "serverlessv2_scaling_configuration.min_capacity"
    message = "`${self}` pauses when nobody asks for a while, and the next request waits until it is back"
  }

  defect "v1" {
    when    = self.engine_mode == "serverless" && length(default(self.scaling_configuration, [])) > 0 && default(self.scaling_configuration[0].auto_pause, true)
    at      = "scaling_configuration"
    message = "`${self}` pauses when nobody asks for a while, and the next request waits until it is back"

    edit "scaling_configuration.auto_pause" {
      to = false
    }
  }

  fails "minimum of zero" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"

      serverlessv2_scaling_configuration {
        min_capacity = 0
        max_capacity = 8
      }
    }
  }

  fails "v1, which pauses by default" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-mysql"
      engine_mode        = "serverless"

      scaling_configuration {
        min_capacity = 2
        max_capacity = 8
      }
    }
  }

  passes "a minimum" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"

      serverlessv2_scaling_configuration {
        min_capacity = 0.5
        max_capacity = 8
      }
    }
  }

  passes "provisioned" {
    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"
    }
  }

  unknown "minimum is given by the caller" {
    variable "minimum" { type = number }

    resource "aws_rds_cluster" "orders" {
      cluster_identifier = "orders"
      engine             = "aurora-postgresql"

      serverlessv2_scaling_configuration {
        min_capacity = var.minimum
        max_capacity = 8
      }
    }
  }
}
