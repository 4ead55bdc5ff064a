# Kinds of events (`detail-type`), and the service that sends each of them as `source`. EventBridge compares both letter by letter. Each kind was
# read in AWS's "Events Reference" of EventBridge or in the page of its service about events, 2026-11-30.
define "event_kinds" {
  of = ["aws_cloudwatch_event_rule", "aws_cloudwatch_event_archive"]
  is = merge([
    for source, kinds in {
      "aws.autoscaling" = [
        "EC2 Instance Launch Successful",
        "EC2 Instance Launch Unsuccessful",
        "EC2 Instance Terminate Successful",
        "EC2 Instance Terminate Unsuccessful",
        "EC2 Instance-launch Lifecycle Action",
        "EC2 Instance-terminate Lifecycle Action",
      ]
      "aws.backup"         = ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"]
      "aws.batch"          = ["Batch Job State Change"]
      "aws.cloudformation" = ["CloudFormation Drift Detection Status Change", "CloudFormation Resource Status Change", "CloudFormation Stack Status Change"]
      "aws.cloudwatch"     = ["CloudWatch Alarm State Change"]
      "aws.codebuild"      = ["CodeBuild Build Phase Change", "CodeBuild Build State Change", "CodeBuild Fleet State Change"]
      "aws.codedeploy"     = ["CodeDeploy Deployment State-change Notification", "CodeDeploy Instance State-change Notification"]
      "aws.codepipeline" = [
        "CodePipeline Action Execution State Change",
        "CodePipeline Pipeline Execution State Change",
        "CodePipeline Stage Execution State Change",
      ]
      "aws.ec2"       = ["EC2 Instance Rebalance Recommendation", "EC2 Instance State-change Notification", "EC2 Spot Instance Interruption Warning"]
      "aws.ecr"       = ["ECR Image Action"]
      "aws.ecs"       = ["ECS Container Instance State Change", "ECS Deployment State Change", "ECS Service Action", "ECS Task State Change"]
      "aws.glue"      = ["Glue Job State Change"]
      "aws.guardduty" = ["GuardDuty Finding"]
      "aws.health"    = ["AWS Health Event"]
      "aws.rds" = [
        "RDS DB Cluster Event",
        "RDS DB Cluster Snapshot Event",
        "RDS DB Instance Event",
        "RDS DB Parameter Group Event",
        "RDS DB Security Group Event",
        "RDS DB Snapshot Event",
      ]
      "aws.s3"     = ["Object Created", "Object Deleted"]
      "aws.states" = ["Step Functions Execution Status Change"]
    } : { for kind in kinds : kind => source }
  ]...)
}
