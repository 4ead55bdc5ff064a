rule "iot-rule-without-error-action" {
  summary     = "IoT rule drops messages that its actions cannot handle"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    When an action is throttled, misses a permission or finds its target gone, the message is lost unless the rule says where to put it.
  MD
  fix         = "Add an `error_action` that writes to a queue, a bucket or a stream."
  notice      = "`Failure` of the rule's actions rises in AWS/IoT, and the messages are gone."
  prove       = "Deny the action's target to the rule's role in a test account, publish a message, and look where it went."
  references  = ["AWS Well-Architected REL05-BP04", "AWS IoT Core Developer Guide: Error handling (error action)"]

  for_each = resources("aws_iot_topic_rule")
  unless   = self.enabled == false
  when     = length(default(self.error_action, [])) == 0
  at       = "error_action"
  message  = "messages that the actions of `${self}` cannot handle are gone"

  fails "left out" {
    resource "aws_iot_topic_rule" "positions" {
      name        = "positions"
      enabled     = true
      sql         = "SELECT * FROM 'vans/+/position'"
      sql_version = "2016-03-23"

      lambda {
        function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:positions"
      }
    }
  }

  passes "error action" {
    resource "aws_iot_topic_rule" "positions" {
      name        = "positions"
      enabled     = true
      sql         = "SELECT * FROM 'vans/+/position'"
      sql_version = "2016-03-23"

      lambda {
        function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:positions"
      }

      error_action {
        sqs {
          queue_url  = "https://sqs.eu-west-1.amazonaws.com/111122223333/failed"
          role_arn   = "arn:aws:iam::111122223333:role/iot"
          use_base64 = false
        }
      }
    }
  }

  passes "switched off" {
    resource "aws_iot_topic_rule" "positions" {
      name        = "positions"
      enabled     = false
      sql         = "SELECT * FROM 'vans/+/position'"
      sql_version = "2016-03-23"
    }
  }

  unknown "decided by the caller" {
    variable "queues" { type = list(string) }

    resource "aws_iot_topic_rule" "positions" {
      name        = "positions"
      enabled     = true
      sql         = "SELECT * FROM 'vans/+/position'"
      sql_version = "2016-03-23"

      dynamic "error_action" {
        for_each = var.queues
        content {
          sqs {
            queue_url  = error_action.value
            role_arn   = "arn:aws:iam::111122223333:role/iot"
            use_base64 = false
          }
        }
      }
    }
  }
}
